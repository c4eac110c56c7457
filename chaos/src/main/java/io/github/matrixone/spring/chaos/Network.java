package io.github.matrixone.spring.chaos;

import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.matrixone.spring.chaos.Proxy.Fault;
import io.github.matrixone.spring.chaos.Unit.Outcome;

/**
 * Cuts and slows the network between the application and the server: at every statement
 * that matters, and then at random statements under load. The arguments are how often at
 * each statement, by default {@value #ROUNDS}, and how often under load, by default
 * {@value #RANDOM_CUTS}.
 */
public final class Network {

	private static final int ROUNDS = 10;

	private static final int RANDOM_CUTS = 200;

	private static final String SOCKET_TIMEOUT = "&socketTimeout=2000";

	private Network() {
	}

	public static void main(String[] args) throws Exception {
		Arguments arguments = Arguments.of(args);
		TestServer server = new TestServer();
		server.prepare();
		Verdict verdict = new Verdict();
		try (Proxy proxy = new Proxy(server);
				Application application = Application.start(server, proxy.port(), SOCKET_TIMEOUT,
						arguments.withStarter())) {
			FaultMatrix matrix = new FaultMatrix(proxy, application.work(), verdict);
			matrix.run(EnumSet.range(Fault.CUT_BEFORE, Fault.TRICKLE), arguments.number(0, ROUNDS));
			matrix.print();
			Load load = new Load(application.work()).start();
			Map<String, Integer> cuts = cutAtRandom(proxy, arguments.number(1, RANDOM_CUTS));
			load.stop(verdict);
			System.out.println("Statements at which the network was cut under load: " + cuts);
			long unknown = load.reports().stream().filter((report) -> report.outcome() == Outcome.UNKNOWN).count();
			int allowed = cuts.getOrDefault("COMMIT", 0) + cuts.getOrDefault("CREATE SNAPSHOT", 0);
			verdict.require(unknown <= allowed, unknown + " outcomes are unknown under load, but only " + allowed
					+ " cuts could leave one unknown");
			application.requireHealed(verdict, load.reports());
			load.reports().addAll(matrix.reports());
			verdict.compare(load.reports(), server, application.leftBehind());
		}
		server.requireNoConnections(verdict);
		verdict.print();
	}

	private static Map<String, Integer> cutAtRandom(Proxy proxy, int cuts) throws InterruptedException {
		AtomicInteger left = new AtomicInteger(cuts);
		Fault[] faults = { Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.CUT_IN_ANSWER };
		proxy.faults().clear();
		proxy.expose((sql) -> (ThreadLocalRandom.current().nextInt(40) == 0 && left.getAndDecrement() > 0)
				? faults[ThreadLocalRandom.current().nextInt(faults.length)] : null);
		while (left.get() > 0) {
			Thread.sleep(100);
		}
		return proxy.faults();
	}

}
