package io.github.matrixone.spring.chaos;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Stands between the application and the server and does them harm at a statement: knows
 * as much of MySQL's protocol as is needed to read the statements.
 */
final class Proxy implements AutoCloseable {

	static final String ENDED_BY_SERVER = "ended by the server itself";

	private static final int COM_QUERY = 3;

	private final ServerSocket acceptor;

	private final TestServer server;

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private final Map<String, Integer> faults = new ConcurrentHashMap<>();

	private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();

	private volatile Function<String, @Nullable Fault> chance = (sql) -> null;

	private final LongConsumer killer;

	Proxy(TestServer server) {
		this.server = server;
		this.killer = server::kill;
		try {
			this.acceptor = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start("accept", this::accept);
	}

	int port() {
		return this.acceptor.getLocalPort();
	}

	/**
	 * Do harm once, at the next statement that begins with some text.
	 */
	void arm(String statement, Fault fault) {
		this.trap.set(new Trap(statement, fault));
	}

	/**
	 * Do no more harm, and say whether it was done.
	 */
	boolean disarm() {
		return this.trap.getAndSet(null) == null;
	}

	/**
	 * Do harm to any statement.
	 * @param chance chooses the harm, or {@code null} for none
	 */
	void expose(Function<String, @Nullable Fault> chance) {
		this.chance = chance;
	}

	/**
	 * Return how often harm was done to which statements, by their first words, and how
	 * often the server has ended a connection by itself.
	 */
	Map<String, Integer> faults() {
		return this.faults;
	}

	/**
	 * Return the server's ids of the connections.
	 */
	long[] connections() {
		return this.links.stream().mapToLong((link) -> link.id).filter((id) -> id != 0).toArray();
	}

	@Override
	public void close() throws IOException {
		this.acceptor.close();
		this.links.forEach(Link::cut);
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.acceptor.accept();
			try {
				Link link = new Link(client, new Socket(this.server.host(), this.server.port()));
				this.links.add(link);
				start("up", link::up);
				start("down", link::down);
			}
			catch (IOException ex) {
				client.close();
			}
		}
	}

	private @Nullable Fault faultFor(String sql) {
		Trap armed = this.trap.get();
		Fault fault = (armed != null && sql.startsWith(armed.statement) && this.trap.compareAndSet(armed, null))
				? armed.fault : this.chance.apply(sql);
		if (fault != null) {
			this.faults.merge(kind(sql), 1, Integer::sum);
		}
		return fault;
	}

	static String kind(String sql) {
		String[] words = sql.split("[ (]", 3);
		return (words.length > 2 && words[0].matches("CREATE|DROP")) ? words[0] + ' ' + words[1] : words[0];
	}

	private static void start(String name, Loop loop) {
		Thread thread = new Thread(() -> {
			try {
				loop.run();
			}
			catch (IOException ex) {
				// One of the sides has closed the connection: the link has ended.
			}
		}, "proxy-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * What can be done to a statement.
	 */
	enum Fault {

		/** Cut the connection before the statement is sent. */
		CUT_BEFORE,

		/** Cut it when the answer has come, which is lost. */
		CUT_AFTER,

		/** Cut it in the middle of the answer. */
		CUT_IN_ANSWER,

		/** Hold the statement back until the application gives up, then send it. */
		HOLD,

		/** Hold the answer back until the application gives up. */
		HOLD_ANSWER,

		/** Pass the answer on byte by byte. */
		TRICKLE,

		/** Have the server end the connection, then send the statement. */
		KILL_BEFORE,

		/** Send the statement, and have the server end the connection. */
		KILL_DURING,

		/** Have the server end the connection when the answer has come. */
		KILL_AFTER

	}

	private record Trap(String statement, Fault fault) {
	}

	/**
	 * A loop that ends with an error.
	 */
	private interface Loop {

		void run() throws IOException;

	}

	/**
	 * One connection of the application.
	 */
	private final class Link {

		private final Socket client;

		private final Socket target;

		private volatile @Nullable Fault fault;

		private volatile long id;

		private Link(Socket client, Socket target) throws IOException {
			this.client = client;
			this.target = target;
			client.setTcpNoDelay(true);
			target.setTcpNoDelay(true);
		}

		private void up() throws IOException {
			try {
				DataInputStream in = new DataInputStream(this.client.getInputStream());
				while (true) {
					byte[] packet = read(in);
					boolean query = packet[3] == 0 && packet.length > 5 && packet[4] == COM_QUERY;
					Fault fault = query
							? faultFor(new String(packet, 5, packet.length - 5, StandardCharsets.UTF_8).trim()) : null;
					this.fault = fault;
					if (fault == Fault.CUT_BEFORE) {
						return;
					}
					if (fault == Fault.KILL_BEFORE) {
						Proxy.this.killer.accept(this.id);
					}
					if (fault == Fault.HOLD) {
						awaitEnd(in);
					}
					this.target.getOutputStream().write(packet);
					if (fault == Fault.KILL_DURING) {
						pause(ThreadLocalRandom.current().nextInt(4));
						Proxy.this.killer.accept(this.id);
					}
				}
			}
			finally {
				if (this.fault == Fault.HOLD) {
					pause(200);
				}
				cut();
			}
		}

		private void down() throws IOException {
			try {
				DataInputStream in = new DataInputStream(this.target.getInputStream());
				OutputStream out = this.client.getOutputStream();
				byte[] greeting = read(in);
				this.id = connectionId(greeting);
				out.write(greeting);
				byte[] buffer = new byte[8192];
				for (int n = readFromServer(in, buffer); n >= 0; n = readFromServer(in, buffer)) {
					answer(out, buffer, n);
				}
			}
			finally {
				cut();
			}
		}

		private int readFromServer(DataInputStream in, byte[] buffer) {
			int n;
			try {
				n = in.read(buffer);
			}
			catch (IOException ex) {
				n = -1;
			}
			if (n < 0 && !this.target.isClosed()) {
				Proxy.this.faults.merge(ENDED_BY_SERVER, 1, Integer::sum);
			}
			return n;
		}

		private void answer(OutputStream out, byte[] buffer, int n) throws IOException {
			Fault fault = this.fault;
			if (fault == Fault.CUT_AFTER) {
				cut();
			}
			else if (fault == Fault.CUT_IN_ANSWER) {
				out.write(buffer, 0, Math.max(1, Math.min(n - 1, 6)));
				cut();
			}
			else if (fault == Fault.TRICKLE) {
				for (int i = 0; i < n; i++) {
					out.write(buffer, i, 1);
					pause(1);
				}
			}
			else if (fault != Fault.HOLD && fault != Fault.HOLD_ANSWER) {
				if (fault == Fault.KILL_AFTER) {
					Proxy.this.killer.accept(this.id);
				}
				out.write(buffer, 0, n);
			}
		}

		/**
		 * End the connection, on both sides in one of the two ways that there are.
		 */
		private synchronized void cut() {
			Proxy.this.links.remove(this);
			try {
				boolean reset = ThreadLocalRandom.current().nextBoolean();
				for (Socket socket : new Socket[] { this.client, this.target }) {
					if (!socket.isClosed()) {
						socket.setSoLinger(reset, 0);
						socket.close();
					}
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private static void awaitEnd(DataInputStream in) {
			try {
				in.transferTo(OutputStream.nullOutputStream());
			}
			catch (IOException ex) {
				// The application has given up.
			}
		}

		private static byte[] read(DataInputStream in) throws IOException {
			byte[] header = in.readNBytes(4);
			if (header.length < 4) {
				throw new IOException("The connection has ended");
			}
			int length = (header[0] & 255) | (header[1] & 255) << 8 | (header[2] & 255) << 16;
			byte[] packet = new byte[4 + length];
			System.arraycopy(header, 0, packet, 0, 4);
			in.readFully(packet, 4, length);
			return packet;
		}

		/**
		 * Read the id from the server's greeting, where it follows the version.
		 */
		private static long connectionId(byte[] greeting) {
			int at = 5;
			while (at < greeting.length && greeting[at] != 0) {
				at++;
			}
			return (at + 4 < greeting.length) ? (greeting[at + 1] & 255L) | (greeting[at + 2] & 255L) << 8
					| (greeting[at + 3] & 255L) << 16 | (greeting[at + 4] & 255L) << 24 : 0;
		}

		private static void pause(long millis) {
			try {
				Thread.sleep(millis);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
