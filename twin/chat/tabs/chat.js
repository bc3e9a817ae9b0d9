// Runs once for each part of the page that shown.py writes; `element`, `trigger` and `server` are Gradio's.
// What has data-do is told to the page, but for what the browser does by itself: copying, saving a file, asking again before something is deleted.

const log = () => element.querySelector('.log');
let atEnd = true;
let talk = null;

element.addEventListener('scroll', (event) => {
  const box = event.target;
  if (box === log()) atEnd = box.scrollTop + box.clientHeight > box.scrollHeight - 60;
}, true);

const toEnd = () => {
  const box = log();
  if (!box) return;
  if (box.dataset.talk !== talk) [talk, atEnd] = [box.dataset.talk, true];
  if (atEnd) box.scrollTop = box.scrollHeight;
};

// what is new is seen, unless the reader has scrolled up
new MutationObserver(toEnd).observe(element, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['data-talk'] });
new ResizeObserver(toEnd).observe(element);

const save = (name, text, kind) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: kind }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-do]');
  if (!button) return;
  const asked = { ...button.dataset };
  if (asked.sure && button.textContent !== asked.sure) {
    const label = button.getAttribute('aria-label');
    const say = (text, name) => {
      button.textContent = text;
      if (label) button.setAttribute('aria-label', name);
    };
    const before = button.textContent;
    say(asked.sure, asked.sure);
    button.addEventListener('blur', () => say(before, label), { once: true });
    return;
  }
  button.closest('details:not(.memory)')?.removeAttribute('open');
  if (asked.do === 'copy') {
    navigator.clipboard.writeText(asked.text).then(() => { button.textContent = 'Copied'; });
  } else if (asked.do === 'text' || asked.do === 'json') {
    server.exported([asked.id, asked.do]).then(([name, text]) => save(name, text, asked.do === 'json' ? 'application/json' : 'text/plain'));
  } else {
    if (asked.do === 'open') document.getElementById('side').classList.remove('open');
    trigger('click', asked);
  }
});

// an open menu closes where something else is pressed
element.addEventListener('focusout', (event) => {
  const menu = event.target.closest('details:not(.memory)');
  if (menu && !menu.contains(event.relatedTarget)) menu.removeAttribute('open');
});
