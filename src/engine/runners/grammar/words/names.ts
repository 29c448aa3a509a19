const list = (words: string): readonly string[] => words.split(' ');

export const SHE_NAMES = list(
  'Saelith Mirela Tamsin Isolde Brenna Ysolt Corva Elowen Ravenna Thessaly Marit Liora Odessa Kestra Perrin Vessna Anwen ' +
    'Sorrel Ilka Jorunn Nerys Fenna Calla Dagny Wren Zaria Orla Hesper Maeve Rowan Sunniva Tirzah Ulla Briar Linnet Amara',
);
export const HE_NAMES = list(
  'Thorin Cassian Aldric Bram Corwin Doran Emeric Faelan Garrick Hadrin Ivor Jarek Kellan Lucan Merrick Nolan Osric Piers ' +
    'Quill Roderic Soren Tobin Ulric Varian Wystan Yorick Zander Alaric Berin Cador Dunstan Eamon Fabian Gideon Hakon Joren',
);
export const SURNAMES = list(
  'Moonweir Ashdown Thornfield Blackwater Stormborn Hollowell Fairwind Greymantle Underhill Brightwood Coldbrook Duskwalker ' +
    'Emberlain Frostmere Goldenoak Hawkridge Ironwood Larkspur Marrowby Nightbloom Oakenshaw Quickwater Ravenscar Silverthorn ' +
    'Tanglewood Umberly Vale Whitlock Yarrow Starling Redfern Pikesley Mossgrave Kettleburn Driftwood Farrow Gallow Winterbourne ' +
    'Sablewood Copperfield',
);
