using Amp.Chains.Rows;

namespace Amp.Chains.Evm.Rpc;

/// <summary>
/// Answers without an id, as nodes give to a request that they did not want to read. Each is for one of the requests that waited when it
/// came; for which one shows when the others are answered.
/// </summary>
internal sealed class StrayAnswers
{
    private readonly List<Stray> _kept = [];

    public void Add(IEnumerable<int> waiting, NativeBuffer answer) => _kept.Add(new Stray([.. waiting], answer));

    /// <summary>Takes the answers that have found their request, and with null those that no waiting request can have got.</summary>
    public List<(int? Request, NativeBuffer Answer)> TakeSettled(IReadOnlySet<int> waiting)
    {
        var settled = new List<(int?, NativeBuffer)>();
        foreach (var stray in _kept)
            stray.For.IntersectWith(waiting);
        while (_kept.Find(s => s.For.Count < 2) is { } certain)
            Settle(certain);

        // As many answers as requests: all of these are refused, whichever is whose.
        while (_kept.Count > 0 && _kept.SelectMany(s => s.For).Distinct().Count() <= _kept.Count)
            Settle(_kept[0]);
        return settled;

        void Settle(Stray stray)
        {
            int? request = stray.For.Count > 0 ? stray.For.First() : null;
            _kept.Remove(stray);
            foreach (var other in _kept.Where(_ => request is not null))
                other.For.Remove(request!.Value);
            settled.Add((request, stray.Answer));
        }
    }

    private sealed record Stray(HashSet<int> For, NativeBuffer Answer);
}
