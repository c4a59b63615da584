using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Amp.ServiceDefaults;

/// <summary>HTTP/1.1 and HTTP/2 with prior knowledge on one port without TLS.</summary>
/// <remarks>
/// Kestrel takes the version from the TLS negotiation and without TLS serves HTTP/1.1 alone, so a gRPC client and curl (or gRPC-Web from a
/// browser) could not share a port. The first bytes of a connection tell: HTTP/2 begins with a fixed preface that no HTTP/1.1 request
/// begins with. The verdict reaches Kestrel as the per-connection feature that its TLS callbacks set, which is not public; should
/// it be renamed, the port keeps to HTTP/2, and the tests of both versions fail.
/// </remarks>
public static class CleartextVersions
{
    private const string FeatureName = "Microsoft.AspNetCore.Server.Kestrel.Core.Internal.HttpProtocolsFeature";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly Type? _feature = FindFeature();

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n"u8;

    public static void AcceptHttp1AndHttp2(this ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (_feature is not null)
            listen.Use(next => connection => ChooseAsync(connection, next));
    }

    private static async Task ChooseAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await BeginsWithPrefaceAsync(connection) is not { } http2)
            return;
        if (!http2)
            connection.Features[_feature!] = Activator.CreateInstance(_feature!, HttpProtocols.Http1);
        await next(connection);
    }

    /// <summary>Null when the client says nothing for too long or the server stops: Kestrel's own limits begin only after this.</summary>
    private static async ValueTask<bool?> BeginsWithPrefaceAsync(ConnectionContext connection)
    {
        var stop = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, stop);
        patience.CancelAfter(_patience);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(patience.Token);
                var verdict = Judge(read.Buffer, read.IsCompleted);
                // Nothing is consumed; without a verdict all is marked as seen, so that the next read waits for more.
                input.AdvanceTo(read.Buffer.Start, verdict is null ? read.Buffer.End : read.Buffer.Start);
                if (verdict is not null)
                    return verdict;
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Null while too little has come.</summary>
    private static bool? Judge(ReadOnlySequence<byte> received, bool isAll)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(received.Length, Preface.Length)];
        received.Slice(0, start.Length).CopyTo(start);
        if (!Preface.StartsWith(start))
            return false;
        return start.Length == Preface.Length ? true : isAll ? false : null;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The services are not trimmed.")]
    private static Type? FindFeature() => typeof(KestrelServer).Assembly.GetType(FeatureName);
}
