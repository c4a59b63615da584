using Amp.AppHost.Local;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Amp.UnitTests.AppHost;

public sealed class StartOrderTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder([]);

    [Fact]
    public void Each_waits_for_earlier_waves_alone()
    {
        var database = _builder.AddPostgres("pg").AddDatabase("amp");
        var first = Add("first").WaitFor(database);
        Add("second").WaitForCompletion(first);
        Add("alone");

        Assert.Equal([["pg", "pg-password", "amp", "alone"], ["first"], ["second"]], Waves());
    }

    [Fact]
    public void Two_that_wait_for_each_other_are_named()
    {
        var first = Add("first");
        var second = Add("second").WaitFor(first);
        first.WaitFor(second);

        var refused = Assert.Throws<DistributedApplicationException>(Waves);
        Assert.Equal("these wait for each other: first, second", refused.Message);
    }

    [Fact]
    public void A_wait_for_something_outside_the_picture_is_named()
    {
        var stranger = DistributedApplication.CreateBuilder([]).AddContainer("stranger", "image", "1");
        Add("first").WaitFor(stranger);

        var refused = Assert.Throws<DistributedApplicationException>(Waves);
        Assert.Equal("'first' waits for 'stranger', which is not in the picture", refused.Message);
    }

    [Fact]
    public void Containers_left_out_take_the_variables_and_waits_that_refer_to_them_along()
    {
        var container = _builder.AddContainer("collector", "image", "1").WithHttpEndpoint(targetPort: 4317, name: "grpc");
        var service = Add("service").WaitFor(container)
            .WithEnvironment("GONE", container.GetEndpoint("grpc"))
            .WithEnvironment("GONE_TOO", ReferenceExpression.Create($"at {container.GetEndpoint("grpc").Property(EndpointProperty.Port)}"))
            .WithEnvironment("STAYS", "text");
        var said = new List<string>();

        var chosen = LeftOut.Choose(_builder.Resources.Cast<Resource>(), withContainers: false, "no engine answers", said.Add);

        Assert.Equal(["service"], chosen.Select(r => r.Name));
        Assert.Equal(["STAYS"], service.Resource.Environment.Select(v => v.Name));
        Assert.Empty(service.Resource.Waits);
        Assert.Contains("left out: collector", Assert.Single(said));
    }

    [Fact]
    public async Task References_get_their_values_when_ports_are_given()
    {
        var service = Add("service").WithHttpEndpoint(name: "http");
        var expression = ReferenceExpression.Create($"host:{service.GetEndpoint("http").Property(EndpointProperty.TargetPort)}/x");
        Assert.Equal("host:{service.bindings.http.targetPort}/x", expression.ValueExpression);
        await Assert.ThrowsAsync<DistributedApplicationException>(() => expression.GetValueAsync().AsTask());

        PortPlan.Allocate([service.Resource]);

        var port = service.GetEndpoint("http").Port;
        Assert.InRange(port, 1, 65535);
        Assert.Equal($"host:{port}/x", await expression.GetValueAsync());
    }

    private IResourceBuilder<ProjectResource> Add(string name) => _builder.AddProject(name, "../Amp.Worker/Amp.Worker.csproj");

    private IEnumerable<IEnumerable<string>> Waves() => StartOrder.Of(_builder.Resources.Cast<Resource>()).Select(wave => wave.Select(r => r.Name)).ToList();
}
