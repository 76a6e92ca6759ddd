// The declarations of the MCP SDK name a type of the DOM library, which these programs have no need of.
type HeadersInit = NonNullable<RequestInit["headers"]>;
