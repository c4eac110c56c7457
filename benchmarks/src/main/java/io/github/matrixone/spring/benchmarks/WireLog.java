package io.github.matrixone.spring.benchmarks;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A proxy between a driver and the server that writes down each command of the MySQL
 * protocol, that is each round trip, whoever in the client has sent it.
 */
final class WireLog implements AutoCloseable {

	private static final int QUERY = 3;

	private final URI target;

	private final ServerSocket socket;

	private final List<String> commands = new ArrayList<>();

	private WireLog(URI target, ServerSocket socket) {
		this.target = target;
		this.socket = socket;
	}

	/**
	 * Open a proxy.
	 * @param url the server's JDBC URL
	 */
	static WireLog open(String url) throws IOException {
		WireLog log = new WireLog(URI.create(url.substring("jdbc:".length())),
				new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
		start(log::accept);
		return log;
	}

	/**
	 * Return a URL that leads through this proxy. The packets are readable, hence no TLS.
	 * @param url a JDBC URL of the server
	 */
	String through(String url) {
		String address = this.socket.getInetAddress().getHostAddress() + ':' + this.socket.getLocalPort();
		return url.replace("//" + this.target.getAuthority(), "//" + address) + ((url.indexOf('?') < 0) ? '?' : '&')
				+ "sslMode=DISABLED&allowPublicKeyRetrieval=true";
	}

	/**
	 * Return the commands since the last call, in their order: the text of statements, a
	 * number for others.
	 */
	List<String> take() {
		synchronized (this.commands) {
			List<String> taken = List.copyOf(this.commands);
			this.commands.clear();
			return taken;
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.socket.accept();
			Socket server = new Socket(this.target.getHost(), this.target.getPort());
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
			start(() -> {
				try (client; server) {
					forwardCommands(new DataInputStream(client.getInputStream()), server.getOutputStream());
				}
			});
			start(() -> {
				try (client; server) {
					server.getInputStream().transferTo(client.getOutputStream());
				}
			});
		}
	}

	/**
	 * A packet is its length in three bytes, its number in the exchange, and the content.
	 * The client's packets with the number 0 begin an exchange: they are commands.
	 */
	private void forwardCommands(DataInputStream client, OutputStream server) throws IOException {
		while (true) {
			byte[] header = client.readNBytes(4);
			if (header.length < 4) {
				return;
			}
			byte[] content = new byte[(header[0] & 255) | (header[1] & 255) << 8 | (header[2] & 255) << 16];
			client.readFully(content);
			if (header[3] == 0) {
				log(content);
			}
			server.write(header);
			server.write(content);
		}
	}

	private void log(byte[] command) {
		String text = (command[0] == QUERY) ? new String(command, 1, command.length - 1, StandardCharsets.UTF_8)
				: "command " + command[0];
		synchronized (this.commands) {
			this.commands.add(text);
		}
	}

	private static void start(Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (SocketException | EOFException closed) {
				// One side has ended the connection.
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}, "wire log");
		thread.setDaemon(true);
		thread.start();
	}

	@FunctionalInterface
	private interface Task {

		void run() throws IOException;

	}

}
