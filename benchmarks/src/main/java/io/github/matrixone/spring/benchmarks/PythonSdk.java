package io.github.matrixone.spring.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The program {@code python/sdk.py} of this module, which does jobs with the Python SDK.
 */
final class PythonSdk implements AutoCloseable {

	private final Process process;

	private final BufferedWriter jobs;

	private final BufferedReader answers;

	private PythonSdk(Process process) {
		this.process = process;
		this.jobs = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
		this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
	}

	/**
	 * Start it.
	 * @param python the Python to run it with, which has the SDK
	 * @param script where it is
	 * @param database the database to work in
	 */
	static PythonSdk start(String python, String script, String database) throws IOException {
		return new PythonSdk(new ProcessBuilder(python, script, "serve", database)
			.redirectError(new File(System.getProperty("java.io.tmpdir"), database + "-sdk.log"))
			.start());
	}

	/**
	 * Do a job several times.
	 * @return how often a second
	 * @throws IllegalStateException if it fails
	 */
	double rate(String job) {
		String answer = ask("rate " + job);
		if (answer.startsWith("error ")) {
			throw new IllegalStateException(answer.substring("error ".length()));
		}
		return Double.parseDouble(answer);
	}

	/**
	 * Do a job once.
	 * @throws IllegalStateException if it fails
	 */
	void run(String job) {
		String answer = ask("run " + job);
		if (!answer.equals("done")) {
			throw new IllegalStateException(answer.substring("error ".length()));
		}
	}

	@Override
	public void close() throws IOException {
		this.jobs.close();
		this.process.destroy();
	}

	private String ask(String job) {
		try {
			this.jobs.write(job + "\n");
			this.jobs.flush();
			String answer = this.answers.readLine();
			if (answer == null) {
				throw new IOException("sdk.py has ended; see its log in java.io.tmpdir");
			}
			return answer;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
