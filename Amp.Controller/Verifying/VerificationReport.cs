using System.Text.Json;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Chain;

namespace Amp.Controller.Verifying;

/// <summary>What was found of a dataset version. Kept in the database as clients read it.</summary>
/// <param name="Whole">Nothing is wrong.</param>
/// <param name="Problems">Of the tables together.</param>
public sealed record VerificationReport(bool Whole, IReadOnlyList<TableReport> Tables, IReadOnlyList<LakeProblem> Problems)
{
    private static readonly JsonSerializerOptions _json = JsonOptions();

    internal static VerificationReport Of(IReadOnlyList<TableReport> tables)
    {
        // A query over several tables sees no further than the one that ends first.
        var known = tables.Where(t => t.LocationId is not null).ToList();
        IReadOnlyList<LakeProblem> together = known.Select(t => t.Blocks?.End).Distinct().Count() > 1
            ? [LakeProblem.UnequalEnds(tables)]
            : known.Select(t => t.EndHash).Distinct().Count() > 1 ? [LakeProblem.UnequalBranches(known)] : [];
        return new VerificationReport(together.Count == 0 && tables.All(t => t.ProblemsCount == 0), tables, together);
    }

    internal static VerificationReport Parse(string json) => JsonSerializer.Deserialize<VerificationReport>(json, _json)!;

    /// <summary>Without the character that a database does not take: a damaged footer may say anything.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this, _json).Replace("\\u0000", "\\ufffd", StringComparison.Ordinal);

    private static JsonSerializerOptions JsonOptions()
    {
        var options = new JsonSerializerOptions();
        AdminJson.Configure(options);
        return options;
    }
}

/// <summary>What was found of one table.</summary>
/// <param name="LocationId">The revision that queries read; absent when there is none.</param>
/// <param name="FilesCount">Registered files.</param>
/// <param name="Blocks">That queries read; absent when there are none.</param>
/// <param name="SupersededCount">Registered files whose blocks others hold, by a reorganisation or because they lie there twice: no query reads them, and a prune takes them away.</param>
/// <param name="ProblemsCount">All of them.</param>
/// <param name="Problems">The first thousand.</param>
public sealed record TableReport(
    string TableName, long? LocationId, int FilesCount, VerifiedBlocks? Blocks, int SupersededCount, int ProblemsCount, IReadOnlyList<LakeProblem> Problems)
{
    private const int MaxProblems = 1000;

    /// <summary>Of the last block; not part of the report.</summary>
    internal Hash32? EndHash { get; init; }

    internal static TableReport Of(string table, long? locationId, int files, BlockRange? blocks, int superseded, IReadOnlyList<LakeProblem> problems) => new(
        table, locationId, files, blocks is { } range ? new VerifiedBlocks(range.Start, range.End) : null, superseded, problems.Count, [.. problems.Take(MaxProblems)]);
}

/// <summary>Both ends inclusive.</summary>
public sealed record VerifiedBlocks(ulong Start, ulong End);
