namespace Amp.DevChain.Chain;

/// <summary>One simulated chain: its present state, and what changes it.</summary>
public sealed class Simulation
{
    /// <summary>Blocks whose hour of mining is remembered.</summary>
    private const int RememberedTimes = 65_536;

    private readonly Lock _changing = new();
    private readonly TimeProvider _time;
    private readonly DateTimeOffset[] _minedAt = new DateTimeOffset[RememberedTimes];
    private readonly ulong[] _minedNumber = new ulong[RememberedTimes];
    private readonly ChainStateFolder? _state;
    private ChainView _view;
    private ulong _finalityLag;

    // The branch that the last reorganisation left, and the first block that is not of both.
    private (ChainView View, ulong Start)? _left;

    public Simulation(DevChainSettings settings, TimeProvider time, CancellationToken cancellationToken = default)
    {
        if (settings.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(settings));
        Settings = settings;
        _finalityLag = settings.FinalityLag;
        _time = time;
        Store = settings.Grade == Grade.Full ? new FullStore(settings) : new LoadStore(settings);
        _state = settings.StateFolder is { } folder ? new ChainStateFolder(folder, settings) : null;
        _view = Begin(cancellationToken);
    }

    /// <summary>Raised, in order, after the chain has changed; handlers must not wait.</summary>
    internal event Action<HeadChange>? Changed;

    public DevChainSettings Settings { get; }

    public ulong Head => View.Head;

    internal BlockStore Store { get; }

    internal ChainView View => Volatile.Read(ref _view);

    /// <summary>The finalized block is so far below the head; the settings' at first, changeable while the chain lives.</summary>
    public ulong FinalityLag
    {
        get => Volatile.Read(ref _finalityLag);
        set => Volatile.Write(ref _finalityLag, value);
    }

    internal ulong Finalized(ChainView view) => Lagging(view, FinalityLag);

    internal ulong Safe(ChainView view) => Lagging(view, Settings.SafeLag ?? FinalityLag / 2);

    /// <summary>Mines blocks on the head; returns the new height.</summary>
    public ulong Mine(ulong count)
    {
        lock (_changing)
        {
            var old = View;
            if (count > uint.MaxValue - old.Head)
                throw new ArgumentOutOfRangeException(nameof(count), count, $"The chain cannot grow above {uint.MaxValue}.");
            if (count > 0)
                Publish(Store.Mine(old, count), old.Head + 1);
            return View.Head;
        }
    }

    /// <summary>Replaces the last <paramref name="depth"/> blocks by others and mines <paramref name="extra"/> more; returns the new height.</summary>
    public ulong Reorganise(ulong depth, ulong extra)
    {
        lock (_changing)
        {
            var old = View;
            if (depth < 1 || depth > old.Head)
                throw new ArgumentOutOfRangeException(nameof(depth), depth, $"A reorganisation replaces 1 to {old.Head} blocks at this height.");
            if (extra > uint.MaxValue - old.Head)
                throw new ArgumentOutOfRangeException(nameof(extra), extra, $"The chain cannot grow above {uint.MaxValue}.");
            var start = old.Head - depth + 1;
            Publish(Store.Reorganise(old, old.Forks.Fork(start), start, old.Head + extra), start);
            _left = (old, start);
            return View.Head;
        }
    }

    /// <summary>Goes back to the branch that the last reorganisation left, no lower than the chain is now and by <paramref name="extra"/> higher; returns the new height.</summary>
    public ulong Return(ulong extra)
    {
        lock (_changing)
        {
            if (_left is not var (left, start))
                throw new ArgumentOutOfRangeException(nameof(extra), extra, "There was no reorganisation since the node started.");
            var old = View;
            if (extra > uint.MaxValue - old.Head)
                throw new ArgumentOutOfRangeException(nameof(extra), extra, $"The chain cannot grow above {uint.MaxValue}.");
            Publish(Store.Reorganise(old, old.Forks.Return(left.Forks), start, Math.Max(left.Head, old.Head) + extra), start);
            _left = (old, start);
            return View.Head;
        }
    }

    /// <summary>What the seed says of a block of the chain as it is now; null above the head.</summary>
    public BlockFacts? Block(ulong number)
    {
        var view = View;
        return number > view.Head ? null : Store.Facts(view, view.Forks.At(number));
    }

    /// <summary>Sums over blocks of the chain as it is now, both ends included.</summary>
    public ChainSums Sum(ulong first, ulong last)
    {
        var view = View;
        if (first > last || last > view.Head)
            throw new ArgumentOutOfRangeException(nameof(last), last, $"The chain has the blocks 0 to {view.Head}.");
        var sums = new ChainSums(0, 0, 0, 0, 0);
        for (var number = first; number <= last; number++)
        {
            var facts = Store.Facts(view, view.Forks.At(number));
            sums = new ChainSums(
                sums.Blocks + 1,
                sums.Transactions + (ulong)facts.Transactions,
                sums.FailedTransactions + (ulong)facts.FailedTransactions,
                sums.Logs + (ulong)facts.Logs,
                sums.GasUsed + facts.GasUsed);
        }

        return sums;
    }

    /// <summary>When a block became part of the chain; null for blocks of the start and those too long ago.</summary>
    public DateTimeOffset? MinedAt(ulong number)
    {
        lock (_changing)
        {
            var at = _minedAt[number % RememberedTimes];
            return _minedNumber[number % RememberedTimes] == number && at != default ? at : null;
        }
    }

    private static ulong Lagging(ChainView view, ulong lag) => view.Head > lag ? view.Head - lag : 0;

    private ChainView Begin(CancellationToken cancellationToken)
    {
        var saved = _state?.Load();
        var view = saved is null ? Store.Begin(Settings.Blocks, cancellationToken)
            : saved.Head < Settings.Blocks ? Store.Mine(saved, Settings.Blocks - saved.Head)
            : saved;
        if (view != saved)
            _state?.Save(view, saved is null ? 0 : saved.Head + 1);
        return view;
    }

    private void Publish(ChainView view, ulong first)
    {
        var now = _time.GetUtcNow();
        for (var number = view.Head - first >= RememberedTimes ? view.Head - RememberedTimes + 1 : first; number <= view.Head; number++)
        {
            _minedAt[number % RememberedTimes] = now;
            _minedNumber[number % RememberedTimes] = number;
        }

        _state?.Save(view, first);
        Volatile.Write(ref _view, view);
        Changed?.Invoke(new HeadChange(view, first));
    }
}
