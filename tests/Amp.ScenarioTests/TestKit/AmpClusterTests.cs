using Amp.LocalPostgres.Processes;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.TestKit;

public sealed class AmpClusterTests
{
    [Fact]
    public async Task All_processes_are_ready_and_none_is_left_behind()
    {
        int[] ids;
        string folder;
        await using (var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = null }))
        {
            folder = cluster.Folder;
            ids = [cluster.Controllers[0].Process.Id, cluster.Servers[0].Process.Id, .. cluster.Workers.Values.Select(w => w.Id)];
            Assert.Equal(4, ids.Length);
            Assert.All(ids, id => Assert.True(Posix.IsAlive(id)));
            Assert.Equal(128 + 9, await cluster.Workers["worker-2"].KillAsync());
            Assert.Equal(0, await cluster.Workers["worker-1"].StopAsync());
        }

        Assert.All(ids, id => Assert.False(Posix.IsAlive(id)));
        Assert.False(Directory.Exists(folder));
    }
}
