using Amp.AppHost;

var builder = DistributedApplication.CreateBuilder(args);
var options = AppHostOptions.Read(builder.Configuration, builder.AppHostDirectory, out var problem);
if (options is null)
{
    await Console.Error.WriteLineAsync($"error: {problem}");
    return 2;
}

Deployment.Describe(builder, options);
var app = builder.Build();
if (builder.ExecutionContext.IsPublishMode)
{
    await app.RunAsync();
    return Environment.ExitCode;
}

using var folders = StateFolders.Take(options, out problem);
if (folders is null)
{
    await Console.Error.WriteLineAsync($"error: {problem}");
    return 1;
}

using var ended = new CancellationTokenSource();
var look = new FirstLook(options).RunAsync(ended.Token);
await app.RunAsync();
await ended.CancelAsync();
await look;
return Environment.ExitCode;
