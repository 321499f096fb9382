import type { ConversationLine } from "@cruddur/ddb/load-conversation";

/** The demo conversation. The people write in turn: first andrewbrown, then mira. */
const TEXTS = [
  "Morning! I moved the inbox to its own index last night. Tell me it still smells of coffee in here and not of smoke.",
  "Coffee. Mostly. The kettle tripped the breaker once, but I'm told that isn't your code.",
  "It is not. I don't deploy to kettles. Yet.",
  "So what changed for me, the humble reader of messages?",
  "Nothing you can see. A conversation used to be deleted and written again each time somebody spoke. Now its row stays put and only learns a new date.",
  "You mean if the power went out between the delete and the write...",
  "...your conversation would have been a rumour, yes.",
  "I once lost a whole birthday party to a bug like that. Nobody came. I had eleven pizzas.",
  "What did you do?",
  "Wrote a test. Then ate pizza for a week. The test still passes, my trousers don't.",
  "Put that in the style guide, please.",
  'Section nine, "Trousers". Done. How do you keep two messages in the same millisecond apart?',
  "Each carries its own id after the time. Even if we both hit enter together, neither steps on the other.",
  "Let's try. Three, two, one, jinx!",
  "Jinx! See, both here.",
  "In the right order, too. I was first, obviously.",
  "The table says so, and I never argue with a sort key.",
  "What happens when I press send in a tunnel?",
  'It waits in your browser with a small "sending" beside it, and leaves when the train does. Once, not four times.',
  'My old app sent "I\'m running late" seventeen times. My boss thought I was being dramatic.',
  "Every draft has a number that never changes, so the seventeenth copy just gets the first one's receipt.",
  "That's the most bureaucratic thing you've ever built, and I love it.",
  "I can add a stamp and a queue if you like.",
  "There is a queue! I read the notes. Things nobody can understand go there to wait for an adult.",
  "The dead letters. So far it's empty. I check it like an oven.",
  "And if I write something enormous, say my feelings about tabs?",
  "One thousand and twenty-four characters, counted the way people count. A family of emoji is one character, however many members it has.",
  "👩‍👩‍👧‍👦 Good. They'd be upset to be split up.",
  "Nobody gets split up on my watch. Lunch?",
  "Lunch. Not pizza.",
];

export const DEMO_LINES: readonly ConversationLine[] = TEXTS.map((message, index) => ({
  person: index % 2 === 0 ? 1 : 2,
  message,
}));
