// Finding a topic by a few letters of its name or of the words people use for it.
export function plain(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}

export function topicsOf(select) {
  return [...select.options].filter((option) => option.value).map((option) => ({
    id: option.value,
    name: option.text,
    group: option.parentElement.label ?? "",
    plain: plain(option.text),
    words: plain(option.dataset.words ?? "").split(" · "),
  }));
}

export function findTopics(topics, text, most = 8) {
  const typed = plain(text.trim());
  if (!typed) return [];
  return topics
    .map((topic) => ({ topic, rank: rankTopic(topic, typed) }))
    .filter((one) => one.rank < 9)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map((one) => one.topic);
}

// Smaller is nearer: the name begins so, a word of it does, a word people use does, it stands somewhere inside.
function rankTopic(topic, typed) {
  if (topic.plain.startsWith(typed)) return 0;
  if (topic.plain.split(/[\s,()/-]+/).some((word) => word.startsWith(typed))) return 1;
  if (topic.words.some((word) => word.startsWith(typed))) return 2;
  if (topic.plain.includes(typed)) return 3;
  if (topic.words.some((word) => word.includes(typed))) return 4;
  return 9;
}
