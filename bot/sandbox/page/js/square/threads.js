// Posts in the order one reads them: newest first, but a thread together, its first part on top.

export function threaded(posts) {
  const known = new Map(posts.map((post) => [post.id, post]));
  const depth = (post) => (known.has(post.after) ? depth(known.get(post.after)) + 1 : 0);
  const first = (post) => (known.has(post.after) ? first(known.get(post.after)) : post.id);
  const threads = new Map(); // in the order of their newest parts
  for (const post of posts) threads.set(first(post), [...(threads.get(first(post)) ?? []), post]);
  return [...threads.values()].flatMap((thread) => thread
    .sort((a, b) => depth(a) - depth(b) || a.created_at.localeCompare(b.created_at))
    .map((post, at) => ({ ...post, part: thread.length > 1 ? { n: at + 1, of: thread.length } : null })));
}
