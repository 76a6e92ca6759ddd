import { defineConfig } from "vitepress";

const guides = [
  ["Sessions", "sessions"],
  ["Streaming and events", "streaming"],
  ["Tools", "tools"],
  ["Permissions and policy", "permissions"],
  ["Hooks", "hooks"],
  ["MCP servers", "mcp-servers"],
  ["Your own provider", "providers"],
  ["Resume and restarts", "restarts"],
  ["Several clients", "company"],
  ["Many machines", "fleet"],
  ["Testing", "testing"],
  ["The inspector", "inspector"],
  ["Bundles and containers", "bundling"],
  ["Other protocols", "other-protocols"],
  ["Protocol bumps", "protocol-bumps"],
  ["Security", "security"],
  ["Performance", "performance"],
] as const;

export default defineConfig({
  title: "Stubwright",
  description: "Typed, validated TypeScript clients for JSON-RPC programs.",
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ["api/**", "public/**"],
  themeConfig: {
    // Its index is built with the site: it works offline.
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Start", link: "/start" },
      { text: "Guides", link: "/guides/sessions" },
      { text: "Recipes", link: "/recipes" },
      { text: "Troubleshooting", link: "/troubleshooting" },
    ],
    sidebar: [
      { text: "Start in five minutes", link: "/start" },
      { text: "Move from the established SDK", link: "/migration" },
      {
        text: "Guides",
        items: guides.map(([text, file]) => ({ text, link: `/guides/${file}` })),
      },
      { text: "Extensions of the CLI", link: "/extensions" },
      { text: "Recipes", link: "/recipes" },
      { text: "Troubleshooting", link: "/troubleshooting" },
      {
        text: "Reference",
        items: [
          { text: "Options", link: "/options" },
          { text: "What runs where", link: "/compat" },
          { text: "API", link: "/api/index.html", target: "_self" },
        ],
      },
      {
        text: "Protocol",
        items: [
          { text: "Methods", link: "/protocol/methods" },
          { text: "Events", link: "/protocol/events" },
          { text: "Evolution", link: "/evolution" },
          { text: "diff", link: "/diff" },
        ],
      },
      { text: "Bench", link: "/bench" },
    ],
    socialLinks: [{ icon: "github", link: "https://github.com/stubwright/stubwright" }],
  },
});
