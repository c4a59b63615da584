namespace Amp.Worker.Materialize;

/// <summary>How the reading of some blocks ended. Everything read before is registered in each case.</summary>
internal enum PieceEnd
{
    /// <summary>All of it is registered.</summary>
    Complete,

    /// <summary>The worker leaves, or the job no longer runs.</summary>
    Stopped,

    /// <summary>The next block does not link to the last one that is registered.</summary>
    Reorganised,
}
