using Amp.Controller.Admin.Audit;
using Amp.Controller.Admin.Catalog;
using Amp.Controller.Admin.Datasets;
using Amp.Controller.Admin.Files;
using Amp.Controller.Admin.Jobs;
using Amp.Controller.Admin.Locations;
using Amp.Controller.Admin.Manifests;
using Amp.Controller.Admin.Providers;
using Amp.Controller.Admin.Revisions;
using Amp.Controller.Admin.Schemas;
using Amp.Controller.Admin.Verifications;
using Amp.Controller.Admin.Wire;
using Amp.Controller.Admin.Workers;
using Amp.Controller.Restoring;
using Amp.Controller.Scheduling;
using Amp.Controller.Verifying;
using Amp.Shared.Options;
using Scalar.AspNetCore;

namespace Amp.Controller.Admin;

/// <summary>The Admin API: its endpoints, its document, and the one shape of its errors.</summary>
internal static class AdminApi
{
    public static WebApplicationBuilder AddAdminApi(this WebApplicationBuilder builder)
    {
        // RequestBody counts. Kestrel itself would answer and close at once, and a client that still sends would see a reset connection and not the 413.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.ConfigureHttpJsonOptions(json => AdminJson.Configure(json.SerializerOptions));
        // Otherwise a parameter of a wrong type is answered with a bare 400.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddOpenApi("v1", openApi =>
        {
            openApi.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = "Amp Admin API";
                document.Info.Version = typeof(AdminApi).Assembly.GetName().Version?.ToString(3) ?? "0";
                document.Servers?.Clear();
                return Task.CompletedTask;
            });
            openApi.AddOperationTransformer((operation, _, _) =>
            {
                EndpointDocument.OnlyJson(operation);
                ParameterDocument.Describe(operation);
                return Task.CompletedTask;
            });
            openApi.AddSchemaTransformer((schema, context, _) =>
            {
                EndpointDocument.OptionalMayBeLeftOut(schema, context.JsonTypeInfo);
                EndpointDocument.TimesAreText(schema, context.JsonTypeInfo);
                DeployDataset.DescribeEnd(schema, context.JsonTypeInfo);
                return Task.CompletedTask;
            });
        });
        builder.Services.AddCors();
        builder.Services.AddSingleton<LakeRestore>();
        builder.Services.AddSingleton<LakeVerification>();
        builder.Services.AddSingleton<VerificationLoop>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<VerificationLoop>());
        builder.Services.AddSingleton<ChainTips>();
        builder.Services.AddSingleton<DeployChecks>();
        builder.Services.AddSingleton<DeployLog>();
        return builder;
    }

    public static WebApplication MapAdminApi(this WebApplication app)
    {
        app.UseMiddleware<ErrorHandling>();
        app.UseRouting();
        if (app.Services.GetRequiredService<AmpSettings>().AdminCorsOrigins is { Count: > 0 } origins)
            app.UseCors(policy => policy.WithOrigins([.. origins]).AllowAnyMethod().AllowAnyHeader());
        app.UseMiddleware<Auditing>();
        app.UseMiddleware<ForeignPages>();
        app.UseMiddleware<KnownParameters>();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs", scalar => scalar.WithTitle("Amp Admin API").WithOpenApiRoutePattern("/openapi/{documentName}.json"));

        ListDatasets.Map(app);
        RegisterDataset.Map(app);
        GetDataset.Map(app);
        DeleteDataset.Map(app);
        ListVersions.Map(app);
        DeleteVersion.Map(app);
        GetManifest.Map(app);
        DeployDataset.Map(app);
        ListDatasetJobs.Map(app);
        RestoreDataset.Map(app);
        RestoreTable.Map(app);
        RestoreCatalog.Map(app);
        VerifyDataset.Map(app);
        GetVerification.Map(app);

        ListRevisions.Map(app);
        CreateRevision.Map(app);
        DeactivateRevision.Map(app);
        GetRevision.Map(app);
        DeleteRevision.Map(app);
        ActivateRevision.Map(app);
        RestoreRevision.Map(app);
        TruncateRevision.Map(app);
        PruneRevision.Map(app);

        ListJobs.Map(app);
        GetJob.Map(app);
        ListJobEvents.Map(app);
        GetJobEvent.Map(app);
        GetJobProgress.Map(app);
        StopJob.Map(app);
        DeleteJob.Map(app);
        DeleteJobs.Map(app);

        ListManifests.Map(app);
        RegisterManifest.Map(app);
        GetStoredManifest.Map(app);
        ListManifestDatasets.Map(app);
        DeleteManifest.Map(app);
        DeleteManifests.Map(app);

        ListWorkers.Map(app);
        GetWorker.Map(app);
        ListLocations.Map(app);
        ListFiles.Map(app);
        GetFile.Map(app);

        ListProviders.Map(app);
        RegisterProvider.Map(app);
        GetProvider.Map(app);
        DeleteProvider.Map(app);

        InferSchema.Map(app);

        ListAudit.Map(app);
        return app;
    }
}
