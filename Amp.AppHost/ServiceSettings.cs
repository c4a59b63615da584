namespace Amp.AppHost;

/// <summary>What the services of the picture have in common.</summary>
internal static class ServiceSettings
{
    /// <summary>The database, brought up to date by the migrator before the service starts, and the folders.</summary>
    public static IResourceBuilder<ProjectResource> WithAmp(
        this IResourceBuilder<ProjectResource> service, AppHostOptions options, IResourceBuilder<IResourceWithConnectionString> database, IResourceBuilder<ProjectResource> migrator)
    {
        service.WithReference(database).WaitForCompletion(migrator).WithEnvironment("AMP_CONFIG_METADATA_DB__AUTO_MIGRATE", "false");
        // In a deployment the folders are those of the image, and the store is the one that all containers share.
        return service.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? service.WithEnvironment("AMP_CONFIG_DATA_DIR", "s3://amp")
            : service
                .WithEnvironment("AMP_CONFIG_DATA_DIR", options.Lake)
                .WithEnvironment("AMP_CONFIG_CACHE_DIR", options.Cache)
                .WithEnvironment("AMP_CONFIG_PROVIDERS_DIR", options.Providers)
                .WithEnvironment("AMP_CONFIG_MANIFESTS_DIR", options.Manifests);
    }

    /// <summary>Where the service listens: on this machine alone here, on all addresses in a deployment.</summary>
    public static IResourceBuilder<ProjectResource> WithAddress(this IResourceBuilder<ProjectResource> service, string variable, string endpoint)
    {
        var port = service.GetEndpoint(endpoint).Property(EndpointProperty.TargetPort);
        return service.WithEnvironment(
            variable, service.ApplicationBuilder.ExecutionContext.IsPublishMode ? ReferenceExpression.Create($"0.0.0.0:{port}") : ReferenceExpression.Create($"127.0.0.1:{port}"));
    }

    /// <summary>The store that all containers share, and the collector that takes their telemetry.</summary>
    public static IResourceBuilder<ProjectResource> WithContainers(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<ContainerResource> store, IResourceBuilder<ParameterResource> storeSecret, IResourceBuilder<ContainerResource> collector)
    {
        // Where this runs under the Aspire dashboard, that is where telemetry goes.
        if (!service.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return service;
        return service
            .WithEnvironment("AWS_ENDPOINT_URL", store.GetEndpoint("s3"))
            .WithEnvironment("AWS_ALLOW_HTTP", "true")
            .WithEnvironment("AWS_REGION", "us-east-1")
            .WithEnvironment("AWS_ACCESS_KEY_ID", "amp")
            .WithEnvironment("AWS_SECRET_ACCESS_KEY", storeSecret)
            .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", collector.GetEndpoint("grpc"));
    }
}
