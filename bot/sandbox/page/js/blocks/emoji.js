// Slack's :short_names: for the emoji people and bots here use; an unknown name stays as written, as in Slack.
const LIST = `
smile 😄|grinning 😀|smiley 😃|joy 😂|rofl 🤣|blush 😊|wink 😉|heart_eyes 😍|kissing_heart 😘|thinking_face 🤔|sob 😭|cry 😢|sweat_smile 😅
slightly_smiling_face 🙂|upside_down_face 🙃|sunglasses 😎|angry 😠|rage 😡|scream 😱|pleading_face 🥺|smiling_face_with_tear 🥲|face_with_rolling_eyes 🙄
wave 👋|thumbsup 👍|+1 👍|thumbsdown 👎|-1 👎|clap 👏|pray 🙏|raised_hands 🙌|muscle 💪|ok_hand 👌|point_right 👉|point_left 👈|point_up ☝️|point_down 👇|eyes 👀|bow 🙇|raising_hand 🙋|raised_hand ✋|hand ✋
heart ❤️|yellow_heart 💛|green_heart 💚|blue_heart 💙|sparkles ✨|star ⭐|star2 🌟|fire 🔥|tada 🎉|gift 🎁|birthday 🎂|rocket 🚀|100 💯|zap ⚡|boom 💥
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|no_entry ⛔|no_entry_sign 🚫|warning ⚠️|exclamation ❗|question ❓|bangbang ‼️|rotating_light 🚨|sos 🆘|information_source ℹ️|recycle ♻️
hourglass ⌛|hourglass_flowing_sand ⏳|alarm_clock ⏰|stopwatch ⏱️|clock1 🕐|clock3 🕒|clock9 🕘|zzz 💤|calendar 📅|date 📅|spiral_calendar_pad 🗓️|timer_clock ⏲️
speech_balloon 💬|left_speech_bubble 🗨️|thought_balloon 💭|mega 📣|loudspeaker 📢|bell 🔔|no_bell 🔕|email ✉️|envelope ✉️|incoming_envelope 📨|outbox_tray 📤|inbox_tray 📥|mailbox 📫|e-mail 📧
pencil ✏️|pencil2 ✏️|memo 📝|clipboard 📋|pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗|mag 🔍|bulb 💡|key 🔑|lock 🔒|unlock 🔓|hammer_and_wrench 🛠️|wrench 🔧|gear ⚙️|wastebasket 🗑️|label 🏷️|bookmark 🔖
bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|trophy 🏆|dart 🎯|seedling 🌱|herb 🌿|sunflower 🌻|cherry_blossom 🌸|sun_with_face 🌞|sunny ☀️|sunrise 🌅|coffee ☕|tea 🍵|cake 🍰
robot_face 🤖|bust_in_silhouette 👤|busts_in_silhouette 👥|globe_with_meridians 🌐|house 🏠|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrows_counterclockwise 🔄|repeat 🔁|leftwards_arrow_with_hook ↩️
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪|black_circle ⚫|small_blue_diamond 🔹|small_orange_diamond 🔸|heavy_plus_sign ➕|heavy_minus_sign ➖
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|flag-tw 🇹🇼|flag-gb 🇬🇧|us 🇺🇸|double_vertical_bar ⏸️|arrow_forward ▶️|black_square_for_stop ⏹️|hand_raised ✋|raised_hand_with_fingers_splayed 🖐️|crossed_fingers 🤞|handshake 🤝|megaphone 📣|iphone 📱|telephone_receiver 📞|package 📦|truck 🚚|moneybag 💰|credit_card 💳|shield 🛡️|ghost 👻|dog 🐶|cat 🐱|bug 🐛`;

const NAMES = new Map(LIST.trim().split(/[|\n]/).map((pair) => pair.split(" ")));

// A lone sign of the old plane gets the mark that asks for its colour picture: text fonts have a plain one of their own.
const coloured = (sign) => (sign.length === 1 ? `${sign}\uFE0F` : sign);

export function emoji(name) {
  const sign = NAMES.get(name.replace(/::skin-tone-\d$/, ""));
  return sign ? coloured(sign) : null;
}

// A run of text with its :names: replaced.
export const withEmoji = (text) => text.replace(/:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g, (whole, name) => emoji(name) ?? whole);
