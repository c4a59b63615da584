using Amp.DevChain.Generation;
using Amp.DevChain.Rpc;

namespace Amp.DevChain.Faults;

/// <summary>The faults in force. Chances are drawn from the seed, so that a run with one client repeats itself.</summary>
internal sealed class FaultPlan(ulong seed)
{
    private readonly Lock _lock = new();
    private readonly SeededRandom _random = new(SeededRandom.Key(seed, 0xFA));
    private readonly Dictionary<FaultKind, long> _hits = [];
    private List<(Fault Fault, long Left)> _faults = [];

    public bool IsEmpty => Volatile.Read(ref _faults).Count == 0;

    public IReadOnlyDictionary<FaultKind, long> Hits
    {
        get
        {
            lock (_lock)
                return new Dictionary<FaultKind, long>(_hits);
        }
    }

    public IReadOnlyList<Fault> Active
    {
        get
        {
            lock (_lock)
                return [.. _faults.Select(entry => entry.Fault with { Count = entry.Left == long.MaxValue ? null : entry.Left })];
        }
    }

    public void Add(Fault fault)
    {
        lock (_lock)
            _faults = [.. _faults, (fault, fault.Count ?? long.MaxValue)];
    }

    public void Clear()
    {
        lock (_lock)
            _faults = [];
    }

    /// <summary>The fault that hits a call, and counts it; null where none does.</summary>
    /// <param name="ofRequest">Asks for faults of whole requests, or for those of single calls.</param>
    /// <param name="method">Method of the call.</param>
    /// <param name="block">The block it is about.</param>
    public Fault? Take(bool ofRequest, string? method, ulong? block)
    {
        if (IsEmpty)
            return null;
        lock (_lock)
        {
            for (var i = 0; i < _faults.Count; i++)
            {
                var (fault, left) = _faults[i];
                if (fault.IsOfRequest != ofRequest || !Fits(fault, method, block))
                    continue;
                if (fault.Probability is { } probability && _random.Next() / (double)ulong.MaxValue >= probability)
                    continue;
                if (left != long.MaxValue)
                    _faults = left == 1 ? [.. _faults[..i], .. _faults[(i + 1)..]] : [.. _faults[..i], (fault, left - 1), .. _faults[(i + 1)..]];
                _hits[fault.Kind] = _hits.GetValueOrDefault(fault.Kind) + 1;
                return fault;
            }

            return null;
        }
    }

    private static bool Fits(Fault fault, string? method, ulong? block) =>
        (fault.Method == method || (fault.Method is null && method != Subscriptions.Announcement) || fault.Kind == FaultKind.Unannounced)
        && (fault.Block is null || fault.Block == block)
        && fault.Kind switch
        {
            FaultKind.MissingReceipts => method == "eth_getBlockReceipts",
            FaultKind.Unannounced => method == Subscriptions.Announcement,
            FaultKind.WrongBlock => method is "eth_getBlockByNumber" or "eth_getBlockReceipts" && block > 0,
            FaultKind.WrongParent => method is "eth_getBlockByNumber" or "eth_getBlockByHash" && block is not null,
            _ => true,
        };
}
