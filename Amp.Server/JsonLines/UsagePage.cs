using Amp.Query.Functions;

namespace Amp.Server.JsonLines;

/// <summary>What <c>GET /</c> says: how to ask, what tables and functions are called, and queries to begin with.</summary>
internal static class UsagePage
{
    public static string Text { get; } = $$"""
        Amp: SQL over blockchain data, answered as JSON Lines (one JSON object a row).

          curl http://HOST:PORT/ --data 'SELECT * FROM "namespace/dataset".blocks LIMIT 3'
          curl http://HOST:PORT/query --json '{"sql": "SELECT count(*) AS n FROM \"namespace/dataset@1.0.0\".logs"}'

        Tables: "namespace/dataset".table, "namespace/dataset@revision".table (a version, latest, dev or a manifest hash), or dataset.table
        in the default namespace "_". Without a revision: latest, else dev. Conditions on _block_num let whole files be skipped.
        Exactly one SELECT a request. Bytes come as hex without 0x, nulls are left out. gzip, br and zstd by Accept-Encoding.
        Integers and decimals come with all their digits, integers of 256 bits as text, times as RFC 3339.
        An answer that breaks ends with a line {"error_code", "error_message"} and a connection that is cut.

        Functions of chain data (a signature is written out, as Solidity writes it):
        {{FunctionsPage.Summary()}}
          curl http://HOST:PORT/ --data 'SELECT t.value FROM (SELECT evm_decode(topic1, topic2, topic3, data,
            $$Transfer(address indexed from, address indexed to, uint256 value)$$) AS t FROM "namespace/dataset".logs) WHERE t IS NOT NULL LIMIT 3'

        {{Queries()}}
        """;

    /// <summary>The page of the documentation whose queries a test runs.</summary>
    private static string Queries()
    {
        using var page = new StreamReader(typeof(UsagePage).Assembly.GetManifestResourceStream("queries.md")!);
        return page.ReadToEnd();
    }
}
