using System.Globalization;
using Amp.Shared.Faults;

namespace Amp.Query.Execution;

/// <summary>The moment at which a query has taken too long.</summary>
internal sealed class QueryDeadline : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource? _source;

    public QueryDeadline(TimeSpan timeout, TimeProvider clock)
    {
        _timeout = timeout;
        _source = timeout > TimeSpan.Zero ? new CancellationTokenSource(timeout, clock) : null;
    }

    public CancellationToken Token => _source?.Token ?? CancellationToken.None;

    public AmpException Fault() => new(
        ErrorCode.QueryTimeout,
        string.Create(CultureInfo.InvariantCulture, $"The query took longer than {_timeout.TotalSeconds} s (query_timeout_secs)."));

    public void Dispose() => _source?.Dispose();
}
