using Amp.AppHost.Local;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Amp.UnitTests.AppHost;

public sealed class RunningContainerTests
{
    [Fact]
    public void A_container_runs_in_the_foreground_on_the_loopback_address_with_its_secrets_out_of_sight()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var store = builder.AddContainer("minio", "minio/minio", "1").WithArgs("server", "/data").WithVolume("amp-minio", "/data")
            .WithBindMount("/etc/hosts", "/hosts", isReadOnly: true).WithHttpEndpoint(port: 5555, targetPort: 9000, name: "s3");
        store.Resource.Endpoints[0].AllocatedPort = 5555;

        var arguments = RunningContainer.Arguments(store.Resource, new Dictionary<string, string?>(StringComparer.Ordinal) { ["SECRET"] = "word" }, ["server", "/data"], owner: 7);

        Assert.Equal(
            "run --rm --init --name amp-minio-7 --publish 127.0.0.1:5555:9000 --volume amp-minio:/data --volume /etc/hosts:/hosts:ro --env SECRET minio/minio:1 server /data",
            string.Join(' ', arguments));
    }
}
