/** The reactions that a menu offers at once. */
export const QUICK_EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;

/** A choice of emoji for people without an emoji keyboard, by kind. Any other one can be typed. */
export const EMOJI_BY_KIND: readonly (readonly [kind: string, emoji: readonly string[]])[] = [
  [
    "Faces",
    "😀 😄 😁 😅 😂 🤣 🙂 😉 😊 😇 🥰 😍 😘 😋 😜 🤪 🤗 🤭 🤔 🤨 😐 🙄 😏 😴 🤤 😷 🤒 🤯 🥳 😎 🤓 😕 😮 😳 🥺 😢 😭 😱 😤 😡 🤬 💀".split(
      " ",
    ),
  ],
  [
    "Hands and people",
    "👍 👎 👌 🤌 ✌️ 🤞 🤟 🤙 👈 👉 👆 👇 ☝️ ✋ 👋 🤚 👏 🙌 👐 🤝 🙏 💪 🫶 🙈 🙉 🙊 🤷 🤦 🏃 💃".split(
      " ",
    ),
  ],
  [
    "Hearts and signs",
    "❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 💯 💥 ✨ ⭐ 🔥 ✅ ❌ ❓ ❗ ➕ 👀 💤 🎵".split(" "),
  ],
  [
    "Things",
    "🎉 🎈 🎁 🏆 🥇 ⚽ 🎮 🎸 📷 💡 📌 📎 📅 ⏰ 💻 📱 🔒 🔑 🚀 ✈️ 🚗 🏠 ☀️ 🌧️ ❄️ 🌈 🌸 🌲 🐶 🐱 🦊 🐢 ☕ 🍺 🍕 🍰 🍎".split(
      " ",
    ),
  ],
];
