using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Amp.TestKit.Nodes;

/// <summary>Stands before a node and speaks TLS with a certificate of its own making, which nobody trusts unless told to.</summary>
public sealed class TlsFront : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly HttpClient _node;
    private int _requests;

    private TlsFront(WebApplication app, X509Certificate2 certificate, Uri node)
    {
        _app = app;
        _certificate = certificate;
        _node = new HttpClient { BaseAddress = node };
    }

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>The certificate as a file for SSL_CERT_FILE.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>How many requests came through.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<TlsFront> StartAsync(Uri node)
    {
        var certificate = MakeCertificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var front = new TlsFront(builder.Build(), certificate, node);
        front._app.UseWebSockets();
        front._app.MapPost("/", front.HandOnAsync);
        front._app.MapGet("/", front.HandOnMessagesAsync);
        await front._app.StartAsync();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _node.Dispose();
        _certificate.Dispose();
    }

    private async Task HandOnAsync(HttpContext http)
    {
        Interlocked.Increment(ref _requests);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StreamContent(http.Request.Body) };
        request.Content.Headers.ContentType = new("application/json");
        using var answer = await _node.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = "application/json";
        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private async Task HandOnMessagesAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1 << 20];
        while (await socket.ReceiveAsync(buffer, http.RequestAborted) is { MessageType: WebSocketMessageType.Text, EndOfMessage: true } part)
        {
            Interlocked.Increment(ref _requests);
            using var request = new ByteArrayContent(buffer, 0, part.Count);
            using var answer = await _node.PostAsync("/", request, http.RequestAborted);
            await socket.SendAsync(await answer.Content.ReadAsByteArrayAsync(), WebSocketMessageType.Text, endOfMessage: true, http.RequestAborted);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, http.RequestAborted);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=throw-away node", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
