/**
 * What secrets are written with: the words of tutorials and settings, and the commonest words of English, with a few of
 * other languages. They are looked for as they are, and the letters that follow one another in them stand for the
 * language.
 */
export const commonWords: readonly string[] = `
  access account admin administrator algorithm api app application auth authentication authorization backend base bearer
  bit bits byte bytes change changeit changeme character characters client cloud code config configuration cookie
  credentials crypto data database debug default demo deploy dev developer development django docker domain dummy
  encode encoded encrypt encryption environment example express fake file foobar generate generated github google guess
  hack hacker hash header hidden hmac http https insecure internal issuer json jsonwebtoken jwt key keyboard keys
  laravel length letmein local localhost login master mobile mongo nest nestjs nextauth node nodejs online openssl
  oauth pass passphrase password passwd payload phrase placeholder please private prod production project protect
  public python random rails react redis refresh replace reset root salt sample secret secrets secretkey secure security
  server service session sha shared sign signature signed signing site spring staging strong string super supersecret
  symmetric system temp temporary test testing text token tokens tutorial ultra unique user username value variable
  verify web webtoken website word world
  able about above absolutely after again all alone already also always amazing among and angel animal another answer
  any anybody anyone anything apple are army around ask asked away baby back bad bag ball bank bar battery beautiful
  because become been before begin being believe best better between big bird black blue board boat body book both box
  boy bread break bring brother brown build but buy call came can cannot car card care cat cause chair charlie check
  child children choose church city class clean clear close cold color come company complete computer cool correct
  could count country course cover create cross crypt current dark daughter day dead dear death decide deep did die
  different difficult dinner direct dog dollar done dont door down dragon dream drink drive during each early earth east
  easy eat eight else end enemy enough enter even evening ever every everybody everyone everything eye face fact fall
  family famous far fast father feel few field fight final find fire first fish five flower fly follow food foot
  football for force forever forget form forward four fox free friend from front full fun future game garden gave get
  girl give glass god going gold good got great green ground group grow had hair half hand happen happy hard has have
  head hear heart hello help her here high him his history hold home hope horse hot hour house how hundred hungry
  idea important inside into its itself jack job john jump jumps just keep kill kind king kitchen knew know lady lake
  land language large last late laugh law lazy lead learn least leave left less let letter level lie life light like
  line lion list listen little live lives long longer look lord lost lot love low lucky machine made magic main make
  man many map mark market matter may maybe mean meet men message middle might million mind mine minute miss moment
  money monkey month moon more morning most mother mountain move much music must myself name nature near need never new
  news next nice night nine nobody none north nothing now number obvious ocean off office often old once one only open
  orange order other our out outside over own page paper part party past pay peace people perfect person phone picture
  piece pizza place plain plan planet play point police possible power present princess problem provide pull purple push
  put question quick quickly quiet quite rain read ready real really reason red remember rest rich right river road rock
  room round rule run safe said same sand save say school science sea second see seem sell send sentence sequence set
  seven several shall she ship short should show side silver simple since sister sit six sleep slow small snow some
  somebody someone something sometimes son song soon south space speak special stand staple star start state stay step
  still stop store story street student study stuff such summer sun sunshine sure table take talk tea teach team tell
  ten than thank that the their them then there these they thing things think this those though thousand three through
  time times tiny today together told tomorrow too took top town travel tree tried trip true trust try turn twelve
  twenty two under understand until upon usa use used using very view voice wait walk wall want war warm was watch water
  way wear week well went were west what when where whether which while white who whole whose why wife will wind window
  winter wish with without woman wonder wood work would write writing wrong year yellow yes yesterday yet you young your
  yours zero zone
  amor bien bonjour casa chave clave como con contrasena das der ein eine est geheim geheimnis gato hola les los
  mais mon motdepasse mundo nicht nosotros numero nunca palabra para parola passwort pour por que schluessel segredo
  segreto segura senha ser sicher siempre todo todos una und une uno vida wort
  acorn actor adam agent airport album alex alien alpha anchor andrew anna ant apron arrow artist atlas autumn
  avocado bacon badge bagel balcony balloon bamboo banana banjo barrel basil basket beach beacon bean bear beaver bee
  bell bench berry bicycle biscuit bishop blanket blossom bone bottle bowl brain branch brave brick bridge bronze
  brush bubble bucket buffalo bullet bunny butter butterfly button cabbage cabin cactus cake camel camera camp candle
  candy canyon captain carbon cargo carpet carrot castle cattle cedar cello cereal cheese cherry chicken chocolate
  cinnamon circle circus clay cliff clock clover coast cobra coconut coffee comet compass copper coral corn cotton
  cougar cowboy crab crayon cream cricket crow crown crystal cup curtain dagger daisy daniel david delta desert desk
  diamond diego doctor dolphin donkey dove duck dune dust eagle echo elbow elephant emerald emily emma engine falcon
  feather fence ferry fiddle finger flag flame flash flute forest fork fossil fountain frog frost galaxy gamma garlic
  gazelle ghost giant ginger giraffe glacier glove goat grape grass guitar hammer hammock harbor harvest hat hawk
  hazel helmet heron hill hippo honey hornet hotel hunter ice igloo ink iron island ivory ivy jacket jaguar james
  jason jelly jessica jewel joker journey juice jungle jupiter kangaroo kettle kevin kite kitten kiwi knife koala
  ladder lantern laser laura lava lemon leopard lettuce lightning lily lime lizard llama lobster lotus lunch magnet
  mango maple marble maria martin mary meadow melon mercury metal michael mint mirror monster moose mouse muffin
  museum mushroom napkin nebula needle ninja noodle nova oak oasis oatmeal octopus olive omega onion opal orbit
  orchid ostrich otter owl oxygen oyster paddle paint panda panther papaya parrot pasta patrick paul peach peanut
  pear pebble pencil penguin pepper peter phoenix piano pickle pigeon pillow pilot pine pirate plastic plum pocket
  polar pony potato prince prism pumpkin puppy puzzle pyramid quartz queen rabbit raccoon radio rainbow raven record
  ribbon rice robert robin robot rocket rose ruby saddle sailor salad salmon samurai sapphire saturn scarf scissors
  scooter shadow shark sheep shell shield shirt shoe shovel signal sky sloth smoke snake soap soccer socks spider
  spoon squirrel stone storm strawberry sugar surfer swan sword tango temple tennis thomas thunder tiger toast tomato
  tornado tortoise tower tractor treasure truck trumpet tulip tundra tunnel turkey turtle umbrella unicorn vacuum
  valley vanilla velvet vertical village violet violin viper volcano waffle wagon walnut walrus whale wheel whisper
  william willow wizard wolf wombat yacht yogurt zebra zeppelin zipper
  `
  .trim()
  .split(/\s+/)
