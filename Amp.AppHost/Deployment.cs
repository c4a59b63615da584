using System.Security.Cryptography;

namespace Amp.AppHost;

/// <summary>The picture: one statement per resource, who needs whom, who waits for whom. It serves .NET Aspire and our own runtime alike.</summary>
internal static class Deployment
{
    public static void Describe(IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        var database = Database(builder, options);

        var migrator = builder.AddProject("migrator", "../Amp.Migrator/Amp.Migrator.csproj")
            .WithReference(database)
            .WaitFor(database);

        // Nobody is asked for a password that only a container of this machine will ever see.
        if (builder.ExecutionContext.IsRunMode)
            builder.Configuration["Parameters:minio-password"] ??= RandomNumberGenerator.GetHexString(24, lowercase: true);
        var minioPassword = builder.AddParameter("minio-password", secret: true);

        var minio = builder.AddContainer("minio", "docker.io/minio/minio", "RELEASE.2025-09-07T16-13-09Z")
            .WithArgs("server", "/data", "--console-address", ":9001")
            .WithEnvironment("MINIO_ROOT_USER", "amp")
            .WithEnvironment("MINIO_ROOT_PASSWORD", minioPassword)
            .WithVolume("amp-minio", "/data")
            .WithHttpEndpoint(targetPort: 9000, name: "s3")
            .WithHttpEndpoint(targetPort: 9001, name: "console")
            .WithHttpHealthCheck("/minio/health/ready", endpointName: "s3");

        var collector = builder.AddContainer("otel-collector", "docker.io/otel/opentelemetry-collector-contrib", "0.135.0")
            .WithBindMount("../deploy/otel-collector/config.yaml", "/etc/otelcol-contrib/config.yaml", isReadOnly: true)
            .WithHttpEndpoint(targetPort: 4317, name: "grpc")
            .WithEndpoint("grpc", endpoint => endpoint.Transport = "http2")
            .WithHttpEndpoint(targetPort: 13133, name: "health")
            .WithHttpHealthCheck("/", endpointName: "health");

        // The load grade is made at 20,000 blocks a second, so that a chain that has run for days starts as fast as a new one;
        // and it goes on from where it was: a chain lower than the lake would look like a broken node.
        if (builder.ExecutionContext.IsRunMode && options.Rpc is null)
        {
            var chain = builder.AddProject("devchain", "../Amp.DevChain/Amp.DevChain.csproj")
                .WithHttpEndpoint(port: options.ChainPort, name: "rpc")
                .WithHttpHealthCheck("/healthz", endpointName: "rpc");
            chain.WithArgs("--port", chain.GetEndpoint("rpc").Property(EndpointProperty.TargetPort), "--network", options.Network, "--grade", "load", "--block-time", "1", "--blocks", "2000", "--state", Path.Combine(options.StateFolder, "devchain"));
        }

        builder.AddProject("controller", "../Amp.Controller/Amp.Controller.csproj")
            .WithAmp(options, database, migrator)
            .WithContainers(minio, minioPassword, collector)
            .WithHttpEndpoint(port: options.Port(10), name: "admin")
            .WithAddress("AMP_CONFIG_ADMIN_ADDR", "admin")
            .WithHttpHealthCheck("/readyz", endpointName: "admin")
            .WithExternalHttpEndpoints();

        AddServer("server-1", flight: options.Port(2), jsonLines: options.Port(3));
        AddServer("server-2", flight: options.Port(4), jsonLines: options.Port(5));
        AddWorker("worker-1");
        AddWorker("worker-2");

        void AddServer(string name, int flight, int jsonLines) => builder.AddProject(name, "../Amp.Server/Amp.Server.csproj")
            .WithAmp(options, database, migrator)
            .WithContainers(minio, minioPassword, collector)
            .WithHttpEndpoint(port: flight, name: "flight")
            .WithEndpoint("flight", endpoint => endpoint.Transport = "http2")
            .WithHttpEndpoint(port: jsonLines, name: "jsonl")
            .WithAddress("AMP_CONFIG_FLIGHT_ADDR", "flight")
            .WithAddress("AMP_CONFIG_JSONL_ADDR", "jsonl")
            .WithHttpHealthCheck("/readyz", endpointName: "jsonl")
            .WithExternalHttpEndpoints();

        void AddWorker(string nodeId) => builder.AddProject(nodeId, "../Amp.Worker/Amp.Worker.csproj")
            .WithAmp(options, database, migrator)
            .WithContainers(minio, minioPassword, collector)
            .WithEnvironment("AMP_NODE_ID", nodeId)
            .WithHttpEndpoint(name: "health")
            .WithAddress("AMP_CONFIG_WORKER_HEALTH_ADDR", "health")
            .WithHttpHealthCheck("/readyz", endpointName: "health");
    }

    private static IResourceBuilder<IResourceWithConnectionString> Database(IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        if (options.Database is null || builder.ExecutionContext.IsPublishMode)
            return builder.AddPostgres("postgres").WithDataVolume("amp-postgres").AddDatabase("amp");
        builder.Configuration["ConnectionStrings:amp"] = options.Database;
        return builder.AddConnectionString("amp");
    }
}
