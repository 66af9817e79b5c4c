// What a component exports: one object of `Kind` for each place where it is mounted. Streamlit calls the function again
// whenever data changes, and the last cleanup once the component is gone.
function mounted(Kind) {
  const all = new WeakMap();
  return (component) => {
    const { parentElement } = component;
    if (!all.has(parentElement)) all.set(parentElement, new Kind(component));
    all.get(parentElement).update(component);
    return () => {
      all.get(parentElement)?.destroy();
      all.delete(parentElement);
    };
  };
}
