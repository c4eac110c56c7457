package io.github.matrixone.spring.chaos;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.github.matrixone.spring.chaos.Proxy.Fault;

/**
 * Has the server end the application's connections: at every statement that matters,
 * before, during and after it, and then at random moments under load. The arguments are
 * how often at each statement, by default {@value #ROUNDS}, and how often under load, by
 * default {@value #RANDOM_KILLS}.
 */
public final class Connections {

	private static final int ROUNDS = 10;

	private static final int RANDOM_KILLS = 200;

	private Connections() {
	}

	public static void main(String[] args) throws Exception {
		Arguments arguments = Arguments.of(args);
		TestServer server = new TestServer();
		server.prepare();
		Verdict verdict = new Verdict();
		try (Proxy proxy = new Proxy(server);
				Application application = Application.start(server, proxy.port(), "", arguments.withStarter())) {
			FaultMatrix matrix = new FaultMatrix(proxy, application.work()::run, verdict);
			matrix.run(EnumSet.of(Fault.KILL_BEFORE, Fault.KILL_DURING, Fault.KILL_AFTER), arguments.number(0, ROUNDS));
			matrix.print();
			Load load = new Load(application.work()).start();
			int kills = killAtRandom(proxy, server, arguments.number(1, RANDOM_KILLS));
			load.stop(verdict);
			System.out.println(kills + " connections killed at random moments under load");
			application.requireHealed(verdict, load.reports());
			load.reports().addAll(matrix.reports());
			verdict.compare(load.reports(), server, application.leftBehind());
		}
		server.requireNoConnections(verdict);
		verdict.print();
	}

	private static int killAtRandom(Proxy proxy, TestServer server, int kills) throws InterruptedException {
		int killed = 0;
		List<Long> last = new ArrayList<>();
		while (killed < kills) {
			Thread.sleep(ThreadLocalRandom.current().nextInt(20, 200));
			long[] connections = proxy.connections();
			if (connections.length > 0) {
				long connection = connections[ThreadLocalRandom.current().nextInt(connections.length)];
				if (!last.contains(connection)) {
					last.add(connection);
					server.kill(connection);
					killed++;
				}
			}
		}
		return killed;
	}

}
