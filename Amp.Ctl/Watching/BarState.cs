namespace Amp.Ctl.Watching;

/// <summary>Where a table stands.</summary>
/// <param name="Done">Blocks.</param>
/// <param name="All">Null before that is known.</param>
/// <param name="Pace">Blocks a second and time left.</param>
internal readonly record struct BarState(ulong Done, ulong? All, string Pace)
{
    public const string Key = "blocks";
}
