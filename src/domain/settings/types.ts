export type ThemeName = 'dark' | 'light' | 'mono';
