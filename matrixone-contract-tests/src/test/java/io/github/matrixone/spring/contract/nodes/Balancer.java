package io.github.matrixone.spring.contract.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A load balancer for TCP connections: each one leads to the next node.
 */
final class Balancer implements AutoCloseable {

	private final ServerSocket server;

	private final List<Node> nodes = List.of(Node.first(), Node.second());

	private final ExecutorService threads = Executors.newCachedThreadPool();

	Balancer() {
		try {
			this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.threads.execute(this::accept);
	}

	Node asNode() {
		return new Node("jdbc:mysql://127.0.0.1:" + this.server.getLocalPort() + '/');
	}

	private void accept() {
		for (int count = 0; !this.server.isClosed(); count++) {
			String[] address = this.nodes.get(count % this.nodes.size()).address().split(":");
			try {
				Socket client = this.server.accept();
				Socket node = new Socket(address[0], Integer.parseInt(address[1]));
				this.threads.execute(() -> forward(client, node));
				this.threads.execute(() -> forward(node, client));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private static void forward(Socket from, Socket to) {
		try (from; to) {
			from.getInputStream().transferTo(to.getOutputStream());
		}
		catch (IOException ex) {
			// The other direction was closed.
		}
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.threads.shutdownNow();
	}

}
