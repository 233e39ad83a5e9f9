// PostGraphile over the schema `peer`: as it comes, with filters by lists, and with lists that have no cursors beside its
// connections, which are less work. Nothing that helps to develop is on.
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

export default {
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  // Every column may be filtered by, not those alone that an index begins with.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  pgServices: [
    makePgService({
      connectionString: process.env.SPEED_DATABASE,
      schemas: ["peer"],
      poolConfig: { max: Number(process.env.SPEED_CONNECTIONS) },
    }),
  ],
  schema: { defaultBehavior: "+connection +list" },
  grafserv: { port: Number(process.env.SPEED_PORT), host: "127.0.0.1", graphiql: false, watch: false },
  grafast: { explain: false },
};
