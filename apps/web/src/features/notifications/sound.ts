/** Two short tones: frequency in Hz, start and end in seconds. */
const TONES = [
  [660, 0, 0.12],
  [880, 0.1, 0.3],
] as const;
const LOUDNESS = 0.12;

let context: AudioContext | null = null;

/** Plays the sound of a new message. A browser stays silent until the person has used the page. */
export async function playSound(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
  const now = context.currentTime;
  for (const [frequency, start, end] of TONES) {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = frequency;
    // A sudden end would click.
    gain.gain.setValueAtTime(LOUDNESS, now + start);
    gain.gain.exponentialRampToValueAtTime(0.001, now + end);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(now + start);
    oscillator.stop(now + end);
  }
}
