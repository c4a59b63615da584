namespace Amp.Worker.Coordination;

/// <summary>The database's time, read a while ago and kept by this machine: the clocks of workers may be wrong.</summary>
/// <param name="readAt">What the database said.</param>
/// <param name="time">Measures how long ago that is.</param>
internal sealed class DatabaseClock(DateTimeOffset readAt, TimeProvider time)
{
    private readonly long _since = time.GetTimestamp();

    /// <summary>In whole microseconds, as the database keeps it.</summary>
    public DateTimeOffset Now => Whole(readAt + time.GetElapsedTime(_since));

    private static DateTimeOffset Whole(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));
}
