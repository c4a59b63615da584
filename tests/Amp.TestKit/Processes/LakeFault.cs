namespace Amp.TestKit.Processes;

/// <summary>What the folder of the lake does instead of taking a change.</summary>
public enum LakeFault
{
    /// <summary>ENOSPC to whatever needs room.</summary>
    Full,

    /// <summary>EROFS to every change.</summary>
    Refuses,

    /// <summary>ETIMEDOUT, as a network file system says it.</summary>
    TimesOut,

    /// <summary>No answer until it is mended.</summary>
    Hangs,
}
