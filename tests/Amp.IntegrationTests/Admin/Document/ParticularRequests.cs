using Amp.TestKit.Queries;

namespace Amp.IntegrationTests.Admin.Document;

/// <summary>Requests that are refused for what is there, or for one word of theirs.</summary>
internal static class ParticularRequests
{
    private const string Deploy = "post_datasets_namespace_name_versions_revision_deploy";
    private const string RestoreTable = "post_datasets_namespace_name_versions_revision_tables_table_name_restore";

    /// <summary>They need a database or store that is away, a broken engine, or many at once: other tests see to them.</summary>
    public static IReadOnlyList<string> NotProvoked { get; } = ["INTERNAL_ERROR", "DATABASE_UNAVAILABLE", "OBJECT_STORE_ERROR", "TOO_MANY_QUERIES", "QUERY_TIMEOUT"];

    /// <summary>A revision that is deleted while its files are registered (RacesOfRequests has the like); a path that the document has no place for (WireTests).</summary>
    public static IReadOnlyList<string> NotProvokedHere { get; } =
        ["post_datasets_namespace_name_versions_revision_restore LOCATION_NOT_FOUND", "post_catalog_restore LOCATION_NOT_FOUND", "delete_manifests INVALID_MANIFEST_HASH"];

    /// <summary>An operation, a parameter with a value that is another than in a request that succeeds, and a body that is another one.</summary>
    public static IEnumerable<(string Operation, string? Parameter, string? Value, string? Body)> Of(SeededController seeded) =>
    [
        .. ((string[])[
            """{"namespace":"n","name":"d","version":"1.0.0","manifest":{"kind":"evm-rpc","network":"testnet","start_block":9}}""",
            """{"namespace":"n","name":"d","version":"one","manifest":{"kind":"evm-rpc","network":"testnet"}}""",
            """{"namespace":"N","name":"d","manifest":{}}""", """{"namespace":"n","name":"D","manifest":{}}""",
            """{"namespace":"n","name":"d","manifest":{"kind":"solana"}}""", """{"namespace":"n","name":"d","manifest":{"kind":"evm-rpc"}}""",
            """{"namespace":"n","name":"d","manifest":"e"}""", $$"""{"namespace":"n","name":"d","manifest":"{{new string('e', 64)}}"}""",
        ]).Select(body => ("post_datasets", default(string), default(string), (string?)body)),
        .. ((string[])[
            """{"end_block":"soon"}""", """{"parallelism":7}""", """{"parallelism":0}""", """{"worker_id":"nobody"}""", """{"worker_id":"*x"}""", """{"verify":true}""",
        ]).Select(body => (Deploy, default(string), default(string), (string?)body)),
        (Deploy, "name", "derived", "{}"), (Deploy, "name", "unserved", "{}"), (Deploy, "name", "badly_served", "{}"),
        ("delete_datasets_namespace_name", "name", "d", null),
        ("delete_datasets_namespace_name_versions_revision", "revision", "1.1.0", null),
        ("delete_jobs_id", "id", seeded.Known("jobs id"), null),
        ("post_manifests", null, null, """{"kind":"solana"}"""),
        ("delete_manifests_hash", "hash", seeded.Known("hash"), null),
        ("get_providers_name", "name", "bad", null),
        ("post_providers", null, null, """{"name":"testnet","kind":"evm-rpc","network":"x","url":"http://127.0.0.1:2"}"""),
        ("get_files", "dataset", "", null), ("get_files", "dataset", "N/d", null), ("get_files", "dataset", "n/D", null), ("get_files", "dataset", "n/d@x", null),
        ("get_files", "dataset", "n/gone", null),
        ("delete_revisions_id", "id", seeded.Known("location"), null),
        ("delete_revisions_id_prune", "id", seeded.Known("location"), null),
        ("delete_revisions_id_truncate", "id", seeded.Known("location"), null),
        (RestoreTable, null, null, """{"location_id":999999}"""),
        .. ((string[])["post_revisions", "post_revisions_deactivate", "post_revisions_id_activate"]).SelectMany(operation =>
            ((string[])["N/d|blocks", "n/D|blocks", "n/d@x|blocks", "n/gone|blocks", "n/d|nothing", "n/d|no-name"]).Select(t => t.Split('|')).Select(names =>
                (operation, default(string), default(string), (string?)$$"""{"dataset":"{{names[0]}}","table_name":"{{names[1]}}"{{(operation == "post_revisions" ? ",\"path\":\"p\"" : "")}} }"""))),
        ("post_revisions", null, null, """{"dataset":"n/d","table_name":"logs","path":"n/d/blocks/r1"}"""),
        .. ((string[])[
            "", "SELECT", "SELECT gone FROM x.blocks", "SELECT 1 AS a SETTINGS stream = true", "SELECT hash FROM x.gone",
            "SELECT regexp_matches('a', '((((a{1,100}){1,100}){1,100}){1,100})') AS a", Bombs.OfPlanning[0].Sql,
        ]).Select(sql => ("post_schema", default(string), default(string), (string?)$$"""{"tables":{"t":"{{sql}}"},"dependencies":{"x":"n/d"} }""")),
        ("post_schema", null, null, """{"dependencies":{"x":"n/gone"}}"""),
    ];
}
