using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;

namespace Amp.Worker.Coordination;

/// <summary>The ranges and plans that this process works on, and what the heartbeat learns about them.</summary>
internal sealed class HeldLeases(TimeProvider time)
{
    private readonly Lock _gate = new();
    // By epoch too: a range that was lost may be taken again before its dropped run has ended.
    private readonly Dictionary<(long RangeId, long Epoch), HeldLease> _held = [];
    private readonly HashSet<(long JobId, long Epoch)> _plans = [];
    private bool _leaving;
    private bool _doubt;

    public int OrdinaryCount => Count(isHead: false);

    public int HeadCount => Count(isHead: true);

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _held.Count == 0;
        }
    }

    public HeldLease Add(RangeLease lease)
    {
        var held = new HeldLease(lease, time.GetTimestamp());
        lock (_gate)
        {
            _held.Add((lease.RangeId, lease.Epoch), held);
            if (_leaving)
                held.AskToStop(time.GetTimestamp());
        }

        return held;
    }

    public void Remove(HeldLease held)
    {
        lock (_gate)
        {
            _held.Remove((held.Lease.RangeId, held.Lease.Epoch));
            _doubt |= held.IsAbandoned;
        }

        held.Dispose();
    }

    public void BeginPlan(PlannerLease plan)
    {
        lock (_gate)
            _plans.Add((plan.Job.Id, plan.Epoch));
    }

    public void EndPlan(PlannerLease plan, bool abandoned)
    {
        lock (_gate)
        {
            _plans.Remove((plan.Job.Id, plan.Epoch));
            _doubt |= abandoned;
        }
    }

    /// <summary>Leases may stand in the database under this worker that it does not know or does not work on.</summary>
    public void Doubt()
    {
        lock (_gate)
            _doubt = true;
    }

    /// <summary>True once after each doubt.</summary>
    public bool TakeDoubt()
    {
        lock (_gate)
        {
            var doubt = _doubt;
            _doubt = false;
            return doubt;
        }
    }

    /// <summary>What the next beat is to renew.</summary>
    public LeasesAtWork AtWork()
    {
        lock (_gate)
            return new LeasesAtWork([.. _held.Where(h => !h.Value.IsLost).Select(h => h.Key)], [.. _plans]);
    }

    /// <summary>Compares with what the database said at a beat that began at <paramref name="beatBegan"/>. Returns the lost ones.</summary>
    public IReadOnlyList<HeldLease> Confirm(IReadOnlyList<HeldRange> answer, long beatBegan)
    {
        lock (_gate)
        {
            var lost = new List<HeldLease>();
            foreach (var held in _held.Values)
            {
                var index = IndexOf(answer, held.Lease);
                if (index >= 0)
                {
                    if (answer[index].JobStatus != JobStatus.Running)
                        held.AskToStop(time.GetTimestamp());
                }
                else if (held.Taken < beatBegan && held.Lose())
                {
                    // A lease that was taken while the beat was under way may be missing from its snapshot.
                    lost.Add(held);
                }
            }

            return lost;
        }
    }

    /// <summary>
    /// Drops what was asked to stop longer ago than the grace period and has not ended, as when the store does not answer. Its lease is to be given
    /// back; whatever its run does later is refused. Returns the dropped ones.
    /// </summary>
    public IReadOnlyList<HeldLease> LoseOverdue(TimeSpan grace)
    {
        lock (_gate)
        {
            List<HeldLease> overdue = [.. _held.Values.Where(h => h.Asked is { } asked && time.GetElapsedTime(asked) > grace && h.Lose())];
            _doubt |= overdue.Count > 0;
            return overdue;
        }
    }

    /// <summary>No beat got through for as long as a lease lives: whoever else looks has freed everything. What nobody has freed is to be given back.</summary>
    public IReadOnlyList<HeldLease> LoseAll()
    {
        lock (_gate)
        {
            _doubt = true;
            return [.. _held.Values.Where(h => h.Lose())];
        }
    }

    /// <summary>The process leaves: every range, also one that is being claimed at this moment, closes its segment and is given back.</summary>
    public void StopAll()
    {
        lock (_gate)
        {
            _leaving = true;
            foreach (var held in _held.Values)
                held.AskToStop(time.GetTimestamp());
        }
    }

    private int Count(bool isHead)
    {
        lock (_gate)
            return _held.Values.Count(h => h.Lease.IsHead == isHead);
    }

    private static int IndexOf(IReadOnlyList<HeldRange> answer, RangeLease lease)
    {
        for (var i = 0; i < answer.Count; i++)
        {
            if (answer[i].RangeId == lease.RangeId && answer[i].Epoch == lease.Epoch)
                return i;
        }

        return -1;
    }
}
