using Amp.Shared.Faults;

namespace Aspire.Hosting;

/// <summary>The picture says something that cannot be.</summary>
public sealed class DistributedApplicationException(string message, Exception? cause = null) : AmpException(ErrorCode.InvalidConfig, message, cause);
