namespace Amp.AppHost.Local;

/// <summary>How long a process that ended by itself stays down: longer each time, short again after it has run well.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _well = TimeSpan.FromMinutes(1);

    public int Failures { get; private set; }

    public TimeSpan Next(TimeSpan ranFor)
    {
        Failures = ranFor >= _well ? 1 : Failures + 1;
        var pause = TimeSpan.FromSeconds(0.5) * Math.Pow(2, Math.Min(Failures, 10) - 1);
        return pause < _longest ? pause : _longest;
    }
}
