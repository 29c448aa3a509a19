const words = (text: string): readonly string[] => text.split('|');

/** Peoples by the kind of place they come from. */
export const RACES: Readonly<Record<string, readonly string[]>> = {
  wood: words(
    'elf|half-elf|wood elf|high elf|dark elf|drow|gnome|forest gnome|fairy|firbolg|satyr|dryad|pixie|eladrin|treant|nymph|centaur',
  ),
  stone: words('dwarf|mountain dwarf|hill dwarf|goliath|giant|kobold|warforged|golem|duergar|gargoyle|genasi'),
  sea: words('mermaid|merman|merfolk|triton|sea elf|selkie|siren|tortle|lizardfolk|naga|locathah'),
  wild: words(
    'orc|half-orc|goblin|hobgoblin|bugbear|minotaur|gnoll|tiefling|dragonborn|shifter|ogre|troll|vampire|werewolf|demon',
  ),
  any: words('human|halfling|aasimar|tabaxi|kenku|aarakocra|changeling|harengon|angel|ghost|skeleton|android|robot'),
};

/** Callings by the kind of event that makes one take them up. */
export const CLASSES: Readonly<Record<string, readonly string[]>> = {
  arcane: words(
    'wizard|sorcerer|warlock|mage|witch|artificer|necromancer|illusionist|enchanter|conjurer|alchemist|psion|summoner|sage',
  ),
  martial: words(
    'fighter|barbarian|warrior|knight|samurai|gladiator|soldier|swordsman|monk|mercenary|guard|berserker|champion|gunslinger|archer',
  ),
  holy: words('cleric|paladin|priest|priestess|oracle|inquisitor|templar|healer|shaman'),
  nature: words('druid|ranger|hunter|beastmaster|scout|herbalist|warden'),
  sly: words('rogue|thief|bard|assassin|swashbuckler|spy|pirate|minstrel|trickster|ninja|smuggler|jester'),
};

export const WEAPONS = words(
  'longsword|shortsword|greatsword|broadsword|sword|rapier|scimitar|dagger|daggers|knife|throwing knives|war hammer|warhammer|hammer|maul|mace|' +
    'morningstar|flail|battle axe|battleaxe|greataxe|handaxe|axe|spear|trident|pike|halberd|glaive|lance|quarterstaff|staff|club|greatclub|whip|' +
    'longbow|shortbow|bow|crossbow|hand crossbow|heavy crossbow|sling|blowgun|net|javelin|dart|darts|sickle|scythe|katana|cutlass|sabre|saber|wand|' +
    'boomerang|chakram|nunchucks|war pick|pistol|musket|harpoon|claymore|falchion|throwing axe',
);

export const PETS = words(
  'owl|cat|dog|wolf|raven|crow|hawk|falcon|eagle|fox|rat|mouse|ferret|weasel|badger|bear|bat|toad|frog|snake|python|lizard|gecko|turtle|tortoise|' +
    'crab|octopus|seal|otter|beaver|parrot|monkey|pig|boar|goat|pony|horse|mule|donkey|rabbit|hare|squirrel|hedgehog|spider|scorpion|beetle|' +
    'snow leopard|leopard|panther|tiger|lion|lynx|mastiff|hound|drake|pseudodragon|baby dragon|dragon|griffin|phoenix|unicorn|chicken|goose|duck|' +
    'pigeon|kitten|puppy|raccoon|stoat|mink|moth|goldfish|starfish|seagull|pelican|deer|stag|elk|camel|elephant|lemur|sloth|salamander|newt|axolotl',
);
