/** What the inspector says of itself in handshakes. */
export const clientInfo = {
  name: "stubwright-inspector",
  title: "Stubwright Inspector",
  version: "0.0.0",
};
