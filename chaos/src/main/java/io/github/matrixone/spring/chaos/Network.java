package io.github.matrixone.spring.chaos;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.matrixone.spring.chaos.Proxy.Fault;
import io.github.matrixone.spring.chaos.Unit.Outcome;
import io.github.matrixone.spring.chaos.Unit.Report;

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
			int rounds = arguments.number(0, ROUNDS);
			FaultMatrix matrix = new FaultMatrix(proxy, application.work()::run, verdict);
			matrix.run(EnumSet.range(Fault.CUT_BEFORE, Fault.TRICKLE), rounds);
			System.out.println("JDBC");
			matrix.print();
			List<Report> reactive = arguments.withStarter() ? reactive(server, proxy, rounds, verdict) : List.of();
			Load load = new Load(application.work()).start();
			Map<String, Integer> cuts = cutAtRandom(proxy, arguments.number(1, RANDOM_CUTS));
			load.stop(verdict);
			System.out.println("Statements at which the network was cut under load: " + cuts);
			// A server that is slow can exceed the timeout of the socket by itself.
			List<Report> unknown = load.reports()
				.stream()
				.filter((report) -> report.outcome() == Outcome.UNKNOWN)
				.filter((report) -> !report.error().contains("Read timed out"))
				.toList();
			int allowed = cuts.getOrDefault("COMMIT", 0) + cuts.getOrDefault("CREATE SNAPSHOT", 0)
					+ cuts.getOrDefault(Proxy.ENDED_BY_SERVER, 0);
			verdict.require(unknown.size() <= allowed, unknown + " outcomes are unknown under load, but only " + allowed
					+ " cuts could leave one unknown: " + unknown);
			application.requireHealed(verdict, load.reports());
			load.reports().addAll(matrix.reports());
			load.reports().addAll(reactive);
			verdict.compare(load.reports(), server, application.leftBehind());
		}
		server.requireNoConnections(verdict);
		verdict.print();
	}

	/**
	 * The driver for R2DBC has no timeout of the socket: where an answer is held back it
	 * waits for ever.
	 */
	private static List<Report> reactive(TestServer server, Proxy proxy, int rounds, Verdict verdict) {
		try (ReactiveWork work = ReactiveWork.start(server, proxy.port())) {
			FaultMatrix matrix = new FaultMatrix(proxy, work::run, verdict);
			matrix.run(EnumSet.of(Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.CUT_IN_ANSWER, Fault.TRICKLE), rounds);
			System.out.println("R2DBC");
			matrix.print();
			return matrix.reports();
		}
	}

	private static Map<String, Integer> cutAtRandom(Proxy proxy, int cuts) throws InterruptedException {
		AtomicInteger left = new AtomicInteger(cuts);
		Fault[] faults = { Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.CUT_IN_ANSWER };
		proxy.faults().clear();
		// HikariCP keeps a new connection whose question for the isolation level was cut,
		// and its first user cannot know that nothing was sent.
		proxy.expose((sql) -> (!sql.startsWith("SELECT @@") && ThreadLocalRandom.current().nextInt(40) == 0
				&& left.getAndDecrement() > 0) ? faults[ThreadLocalRandom.current().nextInt(faults.length)] : null);
		while (left.get() > 0) {
			Thread.sleep(100);
		}
		return proxy.faults();
	}

}
