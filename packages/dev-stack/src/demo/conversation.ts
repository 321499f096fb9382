/** What the demo's two people once said, in the format of `pnpm ddb seed`: 1 is andrewbrown, 2 is mira. */
export const DEMO_CONVERSATION = `Person 1: Morning! I moved the inbox to its own index last night. Tell me it still smells of coffee in here and not of smoke.
Person 2: Coffee. Mostly. The kettle tripped the breaker once, but I'm told that isn't your code.
Person 1: It is not. I don't deploy to kettles. Yet.
Person 2: So what changed for me, the humble reader of messages?
Person 1: Nothing you can see. A conversation used to be deleted and written again each time somebody spoke. Now its row stays put and only learns a new date.
Person 2: You mean if the power went out between the delete and the write...
Person 1: ...your conversation would have been a rumour, yes.
Person 2: I once lost a whole birthday party to a bug like that. Nobody came. I had eleven pizzas.
Person 1: What did you do?
Person 2: Wrote a test. Then ate pizza for a week. The test still passes, my trousers don't.
Person 1: Put that in the style guide, please.
Person 2: Section nine, "Trousers". Done. How do you keep two messages in the same millisecond apart?
Person 1: Each carries its own id after the time. Even if we both hit enter together, neither steps on the other.
Person 2: Let's try. Three, two, one, jinx!
Person 1: Jinx! See, both here.
Person 2: In the right order, too. I was first, obviously.
Person 1: The table says so, and I never argue with a sort key.
Person 2: What happens when I press send in a tunnel?
Person 1: It waits in your browser with a small "sending" beside it, and leaves when the train does. Once, not four times.
Person 2: My old app sent "I'm running late" seventeen times. My boss thought I was being dramatic.
Person 1: Every draft has a number that never changes, so the seventeenth copy just gets the first one's receipt.
Person 2: That's the most bureaucratic thing you've ever built, and I love it.
Person 1: I can add a stamp and a queue if you like.
Person 2: There is a queue! I read the notes. Things nobody can understand go there to wait for an adult.
Person 1: The dead letters. So far it's empty. I check it like an oven.
Person 2: And if I write something enormous, say my feelings about tabs?
Person 1: One thousand and twenty-four characters, counted the way people count. A family of emoji is one character, however many members it has.
Person 2: 👩‍👩‍👧‍👦 Good. They'd be upset to be split up.
Person 1: Nobody gets split up on my watch. Lunch?
Person 2: Lunch. Not pizza.
`;
