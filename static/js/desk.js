// "/" puts the cursor into the search box, unless one is already typing somewhere.
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("desk-search");
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (!box || typing || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  box.focus();
  box.select();
});
