package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import liquibase.ChecksumVersion;
import liquibase.Scope;
import liquibase.change.Change;
import liquibase.change.core.ExecuteShellCommandChange;
import liquibase.change.custom.CustomChangeWrapper;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.Customizer;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.integration.spring.SpringResourceAccessor;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.precondition.CustomPreconditionWrapper;
import liquibase.precondition.Precondition;
import liquibase.precondition.PreconditionLogic;
import liquibase.resource.Resource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.DigestUtils;

/**
 * What Liquibase makes tables from: the files of the change log, wherever they are
 * included from, and what its change sets read.
 */
final class LiquibaseState {

	private static final Log logger = LogFactory.getLog(LiquibaseState.class);

	private LiquibaseState() {
	}

	static void add(MigrationState state, ConfigurableListableBeanFactory beans) {
		for (String name : beans.getBeanNamesForType(SpringLiquibase.class, false, false)) {
			state.add("liquibase", name);
		}
		String changeLog = beans.getBean(Environment.class)
			.getProperty("spring.liquibase.change-log", "classpath:/db/changelog/db.changelog-master.yaml");
		ReadFiles files = new ReadFiles(new DefaultResourceLoader(beans.getBeanClassLoader()));
		try {
			Scope.child(Scope.Attr.resourceAccessor, files, () -> add(state, changeLog, files));
			if (state.isSetByApplication(Customizer.class)) {
				state.unknown();
			}
		}
		// What is wrong with it Liquibase tells when it runs.
		catch (Exception ex) {
			logger.debug("The change log " + changeLog + " could not be read", ex);
			state.unknown();
		}
	}

	private static void add(MigrationState state, String changeLog, ReadFiles files) throws LiquibaseException {
		DatabaseChangeLog parsed = ChangeLogParserFactory.getInstance()
			.getParser(changeLog, files)
			.parse(changeLog, new ChangeLogParameters(), files);
		for (ChangeSet changeSet : parsed.getChangeSets()) {
			state.add(changeSet.toString(false), changeSet.generateCheckSum(ChecksumVersion.latest()).toString());
		}
		state.add("files", files.contents.toString());
		if (runsCode(parsed)) {
			state.unknown();
		}
	}

	/**
	 * Return whether a change log runs what is not Liquibase's own, which may read
	 * anything.
	 */
	private static boolean runsCode(DatabaseChangeLog changeLog) {
		return runsCode(changeLog.getPreconditions()) || changeLog.getChangeSets()
			.stream()
			.anyMatch((changeSet) -> runsCode(changeSet.getPreconditions())
					|| changeSet.getChanges().stream().anyMatch(LiquibaseState::runsCode));
	}

	private static boolean runsCode(Change change) {
		return change instanceof CustomChangeWrapper || change instanceof ExecuteShellCommandChange
				|| !isOfLiquibase(change);
	}

	private static boolean runsCode(@Nullable Precondition precondition) {
		return precondition instanceof CustomPreconditionWrapper
				|| (precondition != null && !isOfLiquibase(precondition))
				|| (precondition instanceof PreconditionLogic several
						&& several.getNestedPreconditions().stream().anyMatch(LiquibaseState::runsCode));
	}

	private static boolean isOfLiquibase(Object part) {
		return part.getClass().getName().startsWith("liquibase.");
	}

	/**
	 * Finds files, and keeps what is in them.
	 */
	private static final class ReadFiles extends SpringResourceAccessor {

		private final Map<String, String> contents = new TreeMap<>();

		ReadFiles(ResourceLoader loader) {
			super(loader);
		}

		@Override
		public List<Resource> getAll(String path) throws IOException {
			return read(super.getAll(path));
		}

		@Override
		public List<Resource> search(String path, boolean recursive) throws IOException {
			return read(super.search(path, recursive));
		}

		@Override
		public void close() {
			// Nothing is left open.
		}

		private List<Resource> read(@Nullable List<Resource> found) throws IOException {
			List<Resource> files = (found != null) ? found : new ArrayList<>();
			for (Resource file : files) {
				try (InputStream content = file.openInputStream()) {
					this.contents.put(file.getPath(), DigestUtils.md5DigestAsHex(content));
				}
			}
			return files;
		}

	}

}
