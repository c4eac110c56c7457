package io.github.matrixone.spring.contract.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A server in this process that speaks as much of MySQL's protocol as a driver and a pool
 * need, and imitates how MatrixOne begins, commits and drops transactions. It holds no
 * data: it records the statements that arrive, and which writes are committed.
 * <p>
 * A query is answered with one row of ones, a write with one changed row, unless a test
 * says otherwise. Statements are named by their bare text: without the comments before it
 * and without a closing semicolon. <pre class="code">
 * try (WireServer server = WireServer.start()) {
 *     server.failOnce("UPDATE item SET q = 1", 20701);
 *     &hellip; DriverManager.getConnection(server.url(), "root", "") &hellip;
 *     assertThat(server.sql()).containsExactly("BEGIN", "UPDATE item SET q = 1", "ROLLBACK");
 *     assertThat(server.committed()).isEmpty();
 * }
 * </pre>
 */
public final class WireServer implements AutoCloseable {

	/**
	 * The codes with which the server has rolled the whole transaction back.
	 */
	private static final Set<Integer> DROPPING = Set.of(1205, 1213, 20502, 20504, 20505, 20634, 20638, 20701, 20702,
			20703, 20704, 20706, 20709);

	private static final Map<Integer, String> STATES = Map.of(1062, "23000", 1064, "42000", 1205, "40001", 1213,
			"40001", 1317, "70100");

	private final ServerKind kind;

	private final ServerSocket socket;

	private final Map<Integer, WireSession> sessions = new ConcurrentHashMap<>();

	private final List<PacketChannel> channels = new CopyOnWriteArrayList<>();

	private final List<WireStatement> received = new ArrayList<>();

	private final List<String> committed = new ArrayList<>();

	private final Map<String, Deque<Reaction>> once = new HashMap<>();

	private final Map<String, Reaction> always = new HashMap<>();

	private final List<Map.Entry<Predicate<String>, Answer>> answers = new ArrayList<>();

	private int preparedStatements;

	private long keys;

	private volatile boolean closed;

	private volatile @Nullable Throwable fault;

	private WireServer(ServerKind kind) {
		this.kind = kind;
		try {
			this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Start a server that imitates a MatrixOne v4.2.0.
	 */
	public static WireServer start() {
		return start(ServerKind.MATRIXONE);
	}

	public static WireServer start(ServerKind kind) {
		WireServer server = new WireServer(kind);
		start("wire-server", server::accept);
		return server;
	}

	/**
	 * Return a URL for MySQL's driver, with the database {@code shop}.
	 */
	public String url() {
		return url("");
	}

	/**
	 * Return a URL for MySQL's driver, with the database {@code shop}.
	 * @param properties the driver's, such as {@code useServerPrepStmts=true&maxRows=5}
	 */
	public String url(String properties) {
		return "jdbc:mysql://127.0.0.1:" + port() + "/shop?sslMode=DISABLED&connectTimeout=5000&socketTimeout=20000"
				+ (properties.isEmpty() ? "" : "&" + properties);
	}

	public int port() {
		return this.socket.getLocalPort();
	}

	// What has arrived

	/**
	 * Return the statements that have arrived, on all connections, in their order. What
	 * the driver asks to know the server, when it connects, is left out.
	 */
	public List<WireStatement> statements() {
		return commands().stream()
			.filter((command) -> !command.sql().isEmpty() && !command.command().equals("COM_STMT_PREPARE"))
			.filter((command) -> !command.sql().startsWith("SELECT  @@session.auto_increment_increment"))
			.toList();
	}

	/**
	 * Return the texts of the {@link #statements()}.
	 */
	public List<String> sql() {
		return statements().stream().map(WireStatement::sql).toList();
	}

	/**
	 * Return all commands that have arrived, those without a text included.
	 */
	public List<WireStatement> commands() {
		return inTurn(() -> List.copyOf(this.received));
	}

	/**
	 * Return the writes that are committed, in the order of their commit.
	 */
	public List<String> committed() {
		return inTurn(() -> List.copyOf(this.committed));
	}

	/**
	 * Return all bytes that a connection has sent, by packet, without the packets'
	 * headers.
	 * @param connection the number of the connection, counted from 1
	 */
	public List<byte[]> packets(int connection) {
		return List.copyOf(this.channels.get(connection - 1).received());
	}

	/**
	 * Return how many connections there have been.
	 */
	public int connections() {
		return this.channels.size();
	}

	/**
	 * Return the numbers of the connections that are open.
	 */
	public Set<Integer> openConnections() {
		return Set.copyOf(this.sessions.keySet());
	}

	/**
	 * Return the numbers of the connections that have an open transaction.
	 */
	public List<Integer> openTransactions() {
		return inTurn(() -> this.sessions.values()
			.stream()
			.filter(WireSession::isInTransaction)
			.map(WireSession::number)
			.sorted()
			.toList());
	}

	/**
	 * Return the numbers of the connections on which a transaction was left open. Those
	 * that are being closed are waited for, for a second at most.
	 */
	public List<Integer> leftTransactions() {
		return afterWaiting(this::openTransactions);
	}

	/**
	 * Return the numbers of the connections that were left open. Those that are being
	 * closed are waited for, for a second at most.
	 */
	public List<Integer> leftConnections() {
		return afterWaiting(() -> this.sessions.keySet().stream().sorted().toList());
	}

	private synchronized List<Integer> afterWaiting(Supplier<List<Integer>> numbers) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
		List<Integer> left = numbers.get();
		try {
			for (long rest = 1000; !left.isEmpty() && rest > 0; rest = (end - System.nanoTime()) / 1_000_000) {
				wait(rest);
				left = numbers.get();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return left;
	}

	/**
	 * Forget what has arrived and what is committed.
	 */
	public void forget() {
		inTurn(() -> {
			this.received.clear();
			this.committed.clear();
			return null;
		});
	}

	/**
	 * Forget what has arrived, what is committed and what is to happen.
	 */
	public void reset() {
		inTurn(() -> {
			forget();
			this.once.clear();
			this.always.clear();
			this.answers.clear();
			return null;
		});
	}

	// What is to happen

	/**
	 * Answer a statement with an error once. Where the error is one by which MatrixOne
	 * rolls a transaction back, it does so.
	 * @param sql the statement's bare text
	 * @param code the server's code, such as 20701 for a deadlock
	 */
	public void failOnce(String sql, int code) {
		reactOnce(sql, failure(code));
	}

	/**
	 * Answer a statement with an error each time.
	 * @param sql the statement's bare text
	 * @param code the server's code
	 */
	public void failAlways(String sql, int code) {
		reactAlways(sql, failure(code));
	}

	/**
	 * Answer a statement with an error once.
	 * @param sql the statement's bare text
	 * @param code the server's code
	 * @param state the SQLState
	 * @param message the message
	 * @param dropsTransaction whether the server rolls the transaction back
	 */
	public void failOnce(String sql, int code, String state, String message, boolean dropsTransaction) {
		reactOnce(sql, new Reaction.Fail(code, state, message, dropsTransaction));
	}

	/**
	 * Carry a statement out once, before anything else that is to happen with it.
	 * @param sql the statement's bare text
	 */
	public void passOnce(String sql) {
		reactOnce(sql, new Reaction.Pass());
	}

	/**
	 * Cut the connection on which a statement arrives, once, and do not carry the
	 * statement out.
	 * @param sql the statement's bare text
	 */
	public void cutBefore(String sql) {
		reactOnce(sql, new Reaction.Cut(false));
	}

	/**
	 * Carry a statement out and cut the connection before the answer, once.
	 * @param sql the statement's bare text
	 */
	public void cutAfter(String sql) {
		reactOnce(sql, new Reaction.Cut(true));
	}

	/**
	 * Do not answer a statement until it is released or killed, once.
	 * @param sql the statement's bare text
	 */
	public HeldStatement holdOnce(String sql) {
		Reaction.Hold hold = new Reaction.Hold();
		reactOnce(sql, hold);
		return new HeldStatement(hold);
	}

	/**
	 * Answer a statement with rows each time.
	 * @param sql the statement's bare text
	 * @param answer the rows
	 */
	public void answer(String sql, Answer answer) {
		reactAlways(sql, new Reaction.Rows(answer));
	}

	/**
	 * Answer statements with rows each time.
	 * @param sql tells whether a bare text is meant
	 * @param answer the rows
	 */
	public void answer(Predicate<String> sql, Answer answer) {
		inTurn(() -> this.answers.add(Map.entry(sql, answer)));
	}

	/**
	 * Cut a connection.
	 * @param connection the number of the connection, counted from 1
	 */
	public void cut(int connection) {
		WireSession session = this.sessions.get(connection);
		if (session != null) {
			close(session.channel());
		}
	}

	/**
	 * Cut all connections.
	 */
	public void cutAll() {
		this.sessions.keySet().forEach(this::cut);
	}

	/**
	 * Close all connections.
	 * @throws IllegalStateException if this server itself has failed
	 */
	@Override
	public void close() {
		this.closed = true;
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.channels.forEach(WireServer::close);
		this.sessions.values().forEach(WireSession::kill);
		Throwable fault = this.fault;
		if (fault != null) {
			throw new IllegalStateException("The server has failed", fault);
		}
	}

	// For the sessions

	ServerKind kind() {
		return this.kind;
	}

	synchronized <T extends @Nullable Object> T inTurn(Supplier<T> step) {
		return step.get();
	}

	synchronized void end(WireSession session, SessionTransaction transaction) {
		transaction.rollback();
		this.sessions.remove(session.number());
		notifyAll();
	}

	void record(WireStatement statement) {
		inTurn(() -> this.received.add(statement));
	}

	@Nullable Reaction reaction(String sql) {
		return inTurn(() -> {
			Deque<Reaction> queue = this.once.get(sql);
			Reaction reaction = (queue != null) ? queue.poll() : null;
			return (reaction != null) ? reaction : this.always.getOrDefault(sql, matching(sql));
		});
	}

	@Nullable Answer scriptedAnswer(String sql) {
		return inTurn(() -> (this.always.getOrDefault(sql, matching(sql)) instanceof Reaction.Rows rows) ? rows.answer()
				: null);
	}

	private @Nullable Reaction matching(String sql) {
		return this.answers.stream()
			.filter((entry) -> entry.getKey().test(sql))
			.map((entry) -> new Reaction.Rows(entry.getValue()))
			.findFirst()
			.orElse(null);
	}

	int nextPrepared() {
		return inTurn(() -> ++this.preparedStatements);
	}

	long nextKey() {
		return inTurn(() -> ++this.keys);
	}

	void kill(int connection, boolean query) {
		WireSession session = this.sessions.get(connection);
		if (session != null) {
			session.kill();
			if (!query) {
				close(session.channel());
			}
		}
	}

	private Reaction.Fail failure(int code) {
		return new Reaction.Fail(code, STATES.getOrDefault(code, "HY000"), "scripted error " + code,
				DROPPING.contains(code));
	}

	private void reactOnce(String sql, Reaction reaction) {
		inTurn(() -> this.once.computeIfAbsent(sql, (text) -> new ArrayDeque<>()).add(reaction));
	}

	private void reactAlways(String sql, Reaction reaction) {
		inTurn(() -> this.always.put(sql, reaction));
	}

	private void accept() {
		while (!this.closed) {
			try {
				Socket connection = this.socket.accept();
				PacketChannel channel = new PacketChannel(connection);
				this.channels.add(channel);
				WireSession session = new WireSession(this, this.channels.size(), channel,
						new SessionTransaction(this.kind, this.committed));
				this.sessions.put(session.number(), session);
				start("wire-connection-" + session.number(), () -> serve(session));
			}
			catch (IOException ex) {
				if (!this.closed) {
					this.fault = ex;
				}
				return;
			}
		}
	}

	private void serve(WireSession session) {
		try {
			session.serve();
		}
		catch (IOException ex) {
			// The connection has ended.
		}
		catch (InterruptedException | RuntimeException ex) {
			this.fault = ex;
		}
	}

	private static void start(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
	}

	private static void close(PacketChannel channel) {
		try {
			channel.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
