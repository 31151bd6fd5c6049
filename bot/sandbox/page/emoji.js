// The emoji that the sandbox knows by name; others keep their colons.

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", eyes: "👀", bell: "🔔",
  no_bell: "🔕", mag: "🔍", memo: "📝", pencil: "📝", pencil2: "✏️", email: "📧", envelope: "✉️",
  incoming_envelope: "📨", inbox_tray: "📥", outbox_tray: "📤", mailbox: "📫", speech_balloon: "💬",
  left_speech_bubble: "🗨️", thought_balloon: "💭", paperclip: "📎", link: "🔗", lock: "🔒", unlock: "🔓",
  key: "🔑", clock1: "🕐", clock3: "🕒", alarm_clock: "⏰", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  stopwatch: "⏱️", calendar: "📆", date: "📅", spiral_calendar_pad: "🗓️", zzz: "💤", new: "🆕", ok: "🆗",
  sos: "🆘", red_circle: "🔴", large_blue_circle: "🔵", large_green_circle: "🟢", green_circle: "🟢",
  large_yellow_circle: "🟡", yellow_circle: "🟡", large_orange_circle: "🟠", large_purple_circle: "🟣",
  white_circle: "⚪", black_circle: "⚫", large_blue_square: "🟦", white_large_square: "⬜",
  question: "❓", grey_question: "❔", exclamation: "❗", bulb: "💡", gear: "⚙️", wrench: "🔧", wastebasket: "🗑️", file_cabinet: "🗄️",
  arrows_counterclockwise: "🔄", repeat: "🔁", leftwards_arrow_with_hook: "↩️", arrow_right: "➡️", arrow_left: "⬅️",
  arrow_up: "⬆️", arrow_down: "⬇️", arrow_right_hook: "↪️", arrow_upper_right: "↗️", arrow_forward: "▶️",
  double_vertical_bar: "⏸️", pause_button: "⏸️", fast_forward: "⏩", no_entry: "⛔", no_entry_sign: "🚫",
  octagonal_sign: "🛑", package: "📦", label: "🏷️", bookmark: "🔖", ticket: "🎫", admission_tickets: "🎟️",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", office: "🏢", telephone_receiver: "📞", phone: "☎️",
  wave: "👋", tada: "🎉", sparkles: "✨", star: "⭐", fire: "🔥", rocket: "🚀", heart: "❤️", thumbsup: "👍",
  "+1": "👍", "-1": "👎", pray: "🙏", smile: "😄", slightly_smiling_face: "🙂", robot_face: "🤖", bar_chart: "📊",
  chart_with_upwards_trend: "📈", clipboard: "📋", newspaper: "📰", globe_with_meridians: "🌐", house: "🏠",
  information_source: "ℹ️", heavy_plus_sign: "➕", heavy_minus_sign: "➖", pushpin: "📌", crossed_swords: "⚔️",
  broken_heart: "💔", bug: "🐛", umbrella: "☔", sunrise: "🌅", moon: "🌔", crescent_moon: "🌙", black_small_square: "▪️",
  small_blue_diamond: "🔹", small_orange_diamond: "🔸", raised_hand: "✋", point_right: "👉", writing_hand: "✍️",
  construction: "🚧", satellite: "📡", electric_plug: "🔌", file_folder: "📁", open_file_folder: "📂",
  page_facing_up: "📄", back: "🔙", end: "🔚", soon: "🔜", free: "🆓", mega: "📣", loudspeaker: "📢",
};

export function emoji(name) {
  return EMOJI[name] ?? `:${name}:`;
}

export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}
