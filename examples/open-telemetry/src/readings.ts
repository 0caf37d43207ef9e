import { metrics, type Attributes } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  type MetricData,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'

/** One series, as a dashboard has it: a metric, its attributes, and the last value. */
export interface Reading {
  readonly metric: string
  readonly attributes: Attributes
  readonly value: number
}

/** Metrics that stay in memory. A service has an exporter of its own here, such as OTLP or Prometheus. */
export function startMetrics() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  metrics.setGlobalMeterProvider(provider)
  return {
    async read(): Promise<readonly Reading[]> {
      exporter.reset()
      await provider.forceFlush()
      return exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics.flatMap(readingsOf)))
    },
    stop: () => provider.shutdown(),
  }
}

function readingsOf(metric: MetricData): readonly Reading[] {
  if (metric.dataPointType !== DataPointType.SUM && metric.dataPointType !== DataPointType.GAUGE) return []
  return metric.dataPoints.map(({ attributes, value }) => ({ metric: metric.descriptor.name, attributes, value }))
}
