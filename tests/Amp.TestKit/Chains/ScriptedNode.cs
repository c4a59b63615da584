using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Amp.TestKit.Chains;

/// <summary>A JSON-RPC server in this process whose answers, right or wrong, the test decides.</summary>
public sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedNode(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    /// <summary>A node that does as it is told with each HTTP request and its parsed body.</summary>
    public static async Task<ScriptedNode> StartAsync(Func<HttpContext, JsonElement, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            await answer(context, body.RootElement);
        });
        await app.StartAsync();
        return new ScriptedNode(app);
    }

    /// <summary>A node that answers each call, alone or in a batch, with the JSON of its result; null = method not found.</summary>
    public static Task<ScriptedNode> StartAsync(Func<JsonElement, string?> result) => StartAsync((context, request) =>
        context.Response.WriteAsync(Answer(request, result), context.RequestAborted));

    /// <summary>The answer to a request, a batch in its order.</summary>
    public static string Answer(JsonElement request, Func<JsonElement, string?> result) => request.ValueKind == JsonValueKind.Array
        ? "[" + string.Join(",", request.EnumerateArray().Select(call => Envelope(call, result(call)))) + "]"
        : Envelope(request, result(request));

    public static string Envelope(JsonElement call, string? result)
    {
        var content = result is null ? """ "error":{"code":-32601,"message":"the method does not exist"} """ : $"\"result\":{result}";
        return $"{{\"jsonrpc\":\"2.0\",\"id\":{call.GetProperty("id").GetRawText()},{content}}}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
