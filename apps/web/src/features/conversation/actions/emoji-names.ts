/** The emoji of the picker by their usual shortcodes. */
export const EMOJI_BY_SHORTCODE: ReadonlyMap<string, string> = new Map(
  `grinning 😀 smile 😄 grin 😁 sweat_smile 😅 joy 😂 rofl 🤣 slightly_smiling_face 🙂 wink 😉 blush 😊
innocent 😇 smiling_face_with_hearts 🥰 heart_eyes 😍 kissing_heart 😘 yum 😋 stuck_out_tongue 😜
zany_face 🤪 hugs 🤗 hand_over_mouth 🤭 thinking 🤔 raised_eyebrow 🤨 neutral_face 😐 roll_eyes 🙄
smirk 😏 sleeping 😴 drooling_face 🤤 mask 😷 thermometer_face 🤒 exploding_head 🤯 partying_face 🥳
sunglasses 😎 nerd_face 🤓 confused 😕 open_mouth 😮 flushed 😳 pleading_face 🥺 cry 😢 sob 😭 scream 😱
triumph 😤 rage 😡 cursing_face 🤬 skull 💀 +1 👍 thumbs_up 👍 -1 👎 thumbs_down 👎 ok_hand 👌
pinched_fingers 🤌 v ✌️ victory_hand ✌️ crossed_fingers 🤞 love_you 🤟 call_me 🤙 point_left 👈
point_right 👉 point_up 👆 point_down 👇 index_up ☝️ raised_hand ✋ wave 👋 raised_back_of_hand 🤚 clap 👏
raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏 thanks 🙏 muscle 💪 heart_hands 🫶 see_no_evil 🙈
hear_no_evil 🙉 speak_no_evil 🙊 shrug 🤷 facepalm 🤦 running 🏃 dancer 💃 heart ❤️ orange_heart 🧡
yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍
broken_heart 💔 100 💯 boom 💥 sparkles ✨ star ⭐ fire 🔥 check ✅ white_check_mark ✅ x ❌ cross_mark ❌
question ❓ exclamation ❗ plus ➕ eyes 👀 zzz 💤 musical_note 🎵 tada 🎉 balloon 🎈 gift 🎁 trophy 🏆
first_place 🥇 soccer ⚽ video_game 🎮 guitar 🎸 camera 📷 bulb 💡 idea 💡 pushpin 📌 paperclip 📎
calendar 📅 alarm_clock ⏰ computer 💻 phone 📱 iphone 📱 lock 🔒 key 🔑 rocket 🚀 airplane ✈️ car 🚗
house 🏠 sunny ☀️ rain 🌧️ snowflake ❄️ rainbow 🌈 cherry_blossom 🌸 evergreen_tree 🌲 dog 🐶 cat 🐱
fox 🦊 turtle 🐢 coffee ☕ beer 🍺 pizza 🍕 cake 🍰 apple 🍎`
    .split(/\s+/)
    .flatMap((name, at, all) => (at % 2 === 0 ? [[name, all[at + 1] ?? ""] as const] : [])),
);
