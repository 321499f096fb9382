/** Style of the API reference, light and dark. */
export const STYLE = `:root { color-scheme: light dark; --line: light-dark(#d8dbe2, #363b46); --code: light-dark(#f1f3f6, #20242c); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: light-dark(#1b1f27, #e6e8ec); background: light-dark(#fff, #14171c); }
a { color: light-dark(#5b2bbf, #b79cff); }
nav { position: sticky; top: 0; border-bottom: 1px solid var(--line); overflow-x: auto; }
nav { background: light-dark(#fff, #14171c); }
nav ul { display: flex; gap: 1rem; margin: 0 auto; padding: .75rem 1rem; max-width: 60rem; list-style: none; }
main { max-width: 60rem; overflow-wrap: anywhere; margin: 0 auto; padding: 1rem; }
h2, h3 { scroll-margin-top: 4rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { margin-bottom: .25rem; font-size: 1rem; }
section { margin-bottom: 1.5rem; overflow-x: auto; }
code { padding: .1em .3em; border-radius: 4px; background: var(--code); font-size: .9em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { font-weight: 600; }
dd { margin: 0; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { padding: .35rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
`;
