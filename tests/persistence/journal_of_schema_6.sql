BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0006');
CREATE TABLE dag_revisions (
	name TEXT NOT NULL, 
	revision BIGINT NOT NULL, 
	document TEXT NOT NULL, 
	source TEXT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	epoch BIGINT NOT NULL, 
	CONSTRAINT pk_dag_revisions PRIMARY KEY (name, revision)
);
INSERT INTO "dag_revisions" VALUES('orders',1,'{"name":"orders","nodes":[{"id":"tick","type":"interval"},{"id":"log","type":"log"}],"edges":[["tick","log"]],"autoclone":{"ramp_up_time":"0000","ramp_down_time":"2359","ramp_count":4,"ramp_interval":"1s"}}','api',1795635909403763,1);
INSERT INTO "dag_revisions" VALUES('orders',2,'{"name":"orders","nodes":[{"id":"tick","type":"interval"},{"id":"log","type":"log"}],"edges":[["tick","log"]],"autoclone":{"ramp_up_time":"0000","ramp_down_time":"2359","ramp_count":2,"ramp_interval":"1s"}}','api',1795635924630216,2);
CREATE TABLE dags (
	name TEXT NOT NULL, 
	revision BIGINT NOT NULL, 
	status TEXT NOT NULL, 
	deleted_at BIGINT, 
	epoch BIGINT NOT NULL, version BIGINT DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_dags PRIMARY KEY (name), 
	CONSTRAINT fk_dags_dag_revisions FOREIGN KEY(name, revision) REFERENCES dag_revisions (name, revision)
);
INSERT INTO "dags" VALUES('orders',2,'stopped',NULL,2,41);
CREATE TABLE epochs (
	epoch BIGINT NOT NULL, 
	owner TEXT NOT NULL, 
	claimed_at BIGINT NOT NULL, 
	CONSTRAINT pk_epochs PRIMARY KEY (epoch)
);
INSERT INTO "epochs" VALUES(1,'one',1795635909360520);
INSERT INTO "epochs" VALUES(2,'one',1795635918024910);
CREATE TABLE events (
	position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	parent TEXT NOT NULL, 
	sequence BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	type TEXT NOT NULL, 
	clone TEXT, 
	status TEXT NOT NULL, 
	clones INTEGER NOT NULL, 
	target INTEGER NOT NULL, 
	epoch BIGINT NOT NULL, 
	message TEXT, 
	published_at BIGINT, details TEXT, 
	CONSTRAINT uq_events_parent_sequence UNIQUE (parent, sequence)
);
INSERT INTO "events" VALUES(1,'orders',1,1795635909408994,'ramp_up.started',NULL,'ramping_up (0/4)',0,4,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(2,'orders',2,1795635909408994,'clone.created','orders_20261125204509','ramping_up (1/4)',1,4,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(3,'orders',3,1795635909408994,'clone.started','orders_20261125204509','ramping_up (1/4)',1,4,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(4,'orders',4,1795635910408994,'clone.created','orders_20261125204510','ramping_up (2/4)',2,4,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(5,'orders',5,1795635910408994,'clone.started','orders_20261125204510','ramping_up (2/4)',2,4,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(6,'orders',6,1795635911408994,'clone.created','orders_20261125204511','ramping_up (3/4)',3,4,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(7,'orders',7,1795635911408994,'clone.started','orders_20261125204511','ramping_up (3/4)',3,4,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(8,'orders',8,1795635912408994,'clone.created','orders_20261125204512','active',4,4,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(9,'orders',9,1795635912408994,'clone.started','orders_20261125204512','active',4,4,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(10,'orders',10,1795635912408994,'ramp_up.completed',NULL,'active',4,4,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(11,'orders',11,1795635918043478,'clone.restored','orders_20261125204509','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(12,'orders',12,1795635918043478,'clone.restored','orders_20261125204510','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(13,'orders',13,1795635918043478,'clone.restored','orders_20261125204511','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(14,'orders',14,1795635918043478,'clone.restored','orders_20261125204512','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(15,'orders',15,1795635921536376,'parent.suspended',NULL,'active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(16,'orders',16,1795635921536376,'clone.suspended','orders_20261125204509','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(17,'orders',17,1795635921536376,'clone.suspended','orders_20261125204510','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(18,'orders',18,1795635921536376,'clone.suspended','orders_20261125204511','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(19,'orders',19,1795635921536376,'clone.suspended','orders_20261125204512','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(20,'orders',20,1795635922578185,'parent.resumed',NULL,'active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(21,'orders',21,1795635922578185,'clone.resumed','orders_20261125204509','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(22,'orders',22,1795635922578185,'clone.resumed','orders_20261125204510','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(23,'orders',23,1795635922578185,'clone.resumed','orders_20261125204511','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(24,'orders',24,1795635922578185,'clone.resumed','orders_20261125204512','active',4,4,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(25,'orders',25,1795635924634156,'ramp_down.started',NULL,'ramping_down (4 remaining)',4,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(26,'orders',26,1795635924634156,'clone.stopped','orders_20261125204509','ramping_down (4 remaining)',4,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(27,'orders',27,1795635924634156,'clone.deleted','orders_20261125204509','ramping_down (3 remaining)',3,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(28,'orders',28,1795635925634156,'clone.stopped','orders_20261125204510','ramping_down (3 remaining)',3,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(29,'orders',29,1795635925634156,'clone.deleted','orders_20261125204510','active',2,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(30,'orders',30,1795635925634156,'ramp_down.completed',NULL,'active',2,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(31,'orders',31,1795635928662347,'override.started',NULL,'active',2,2,2,NULL,NULL,'{"hold":{"kind":"override","until":"2026-11-25T19:45:31.662242+00:00","count":3,"since":"2026-11-25T19:45:28.662347+00:00","reason":"sale"},"by":"operator"}');
INSERT INTO "events" VALUES(32,'orders',32,1795635928662347,'ramp_up.started',NULL,'ramping_up (2/3)',2,3,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(33,'orders',33,1795635928662347,'clone.created','orders_20261125204528','active',3,3,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(34,'orders',34,1795635928662347,'clone.started','orders_20261125204528','active',3,3,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(35,'orders',35,1795635928662347,'ramp_up.completed',NULL,'active',3,3,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(36,'orders',36,1795635931662242,'override.ended',NULL,'active',3,3,2,NULL,NULL,'{"hold":{"kind":"override","until":"2026-11-25T19:45:31.662242+00:00","count":3,"since":"2026-11-25T19:45:28.662347+00:00","reason":"sale"},"by":"clock"}');
INSERT INTO "events" VALUES(37,'orders',37,1795635931662242,'ramp_down.started',NULL,'ramping_down (3 remaining)',3,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(38,'orders',38,1795635931662242,'clone.stopped','orders_20261125204511','ramping_down (3 remaining)',3,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(39,'orders',39,1795635931662242,'clone.deleted','orders_20261125204511','active',2,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(40,'orders',40,1795635931662242,'ramp_down.completed',NULL,'active',2,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(41,'orders',41,1795635934693235,'parent.stopped',NULL,'active',2,2,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(42,'orders',42,1795635934693235,'ramp_down.started',NULL,'ramping_down (2 remaining)',2,0,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(43,'orders',43,1795635934693235,'clone.stopped','orders_20261125204512','ramping_down (2 remaining)',2,0,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(44,'orders',44,1795635934693235,'clone.stopped','orders_20261125204528','ramping_down (2 remaining)',2,0,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(45,'orders',45,1795635934693235,'clone.deleted','orders_20261125204512','ramping_down (1 remaining)',1,0,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(46,'orders',46,1795635934693235,'clone.deleted','orders_20261125204528','idle',0,0,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(47,'orders',47,1795635934693235,'ramp_down.completed',NULL,'idle',0,0,2,NULL,NULL,NULL);
CREATE TABLE fence (
	id INTEGER NOT NULL, 
	epoch BIGINT NOT NULL, version BIGINT DEFAULT 0 NOT NULL, owner TEXT DEFAULT '' NOT NULL, address TEXT, lease_term BIGINT DEFAULT 0 NOT NULL, removed BIGINT DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_fence PRIMARY KEY (id), 
	CONSTRAINT ck_fence_one_row CHECK (id = 1)
);
INSERT INTO "fence" VALUES(1,2,46,'',NULL,0,0);
CREATE TABLE ramps (
	parent TEXT NOT NULL, 
	phase TEXT NOT NULL, 
	sequence BIGINT NOT NULL, 
	epoch BIGINT NOT NULL, 
	state TEXT NOT NULL, version BIGINT DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_ramps PRIMARY KEY (parent)
);
INSERT INTO "ramps" VALUES('orders','idle',47,2,'{"parent":"orders","phase":"idle","clones":[],"paced":null,"last_clone_at":"2026-11-25T19:45:28.662347+00:00","ramp_up_completed":false,"sequence":47,"parent_status":"stopped","hold":null,"opening":null}',44);
CREATE TABLE steps (
	position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	parent TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	revision BIGINT NOT NULL, 
	defaults TEXT NOT NULL, 
	heard TEXT NOT NULL, 
	state TEXT
);
INSERT INTO "steps" VALUES(1,'orders',1795635909408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:09.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"made":["orders_20261125204509"]}]','{"parent":"orders","phase":"idle","clones":[],"paced":null,"last_clone_at":null,"ramp_up_completed":false,"sequence":0,"parent_status":"running","hold":null,"opening":null}');
INSERT INTO "steps" VALUES(2,'orders',1795635909408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:09.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"outcome":{"command":{"action":"create","parent":"orders","clone":"orders_20261125204509","epoch":1,"at":"2026-11-25T19:45:09.408994Z"}}}]',NULL);
INSERT INTO "steps" VALUES(3,'orders',1795635909408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:09.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"outcome":{"command":{"action":"start","parent":"orders","clone":"orders_20261125204509","epoch":1,"at":"2026-11-25T19:45:09.408994Z"}}}]',NULL);
INSERT INTO "steps" VALUES(4,'orders',1795635910408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:10.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"made":["orders_20261125204510"]}]',NULL);
INSERT INTO "steps" VALUES(5,'orders',1795635910408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:10.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"outcome":{"command":{"action":"create","parent":"orders","clone":"orders_20261125204510","epoch":1,"at":"2026-11-25T19:45:10.408994Z"}}}]',NULL);
INSERT INTO "steps" VALUES(6,'orders',1795635910408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:10.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"outcome":{"command":{"action":"start","parent":"orders","clone":"orders_20261125204510","epoch":1,"at":"2026-11-25T19:45:10.408994Z"}}}]',NULL);
INSERT INTO "steps" VALUES(7,'orders',1795635911408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:11.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"made":["orders_20261125204511"]}]',NULL);
INSERT INTO "steps" VALUES(8,'orders',1795635911408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:11.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"outcome":{"command":{"action":"create","parent":"orders","clone":"orders_20261125204511","epoch":1,"at":"2026-11-25T19:45:11.408994Z"}}}]',NULL);
INSERT INTO "steps" VALUES(9,'orders',1795635911408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:11.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"outcome":{"command":{"action":"start","parent":"orders","clone":"orders_20261125204511","epoch":1,"at":"2026-11-25T19:45:11.408994Z"}}}]',NULL);
INSERT INTO "steps" VALUES(10,'orders',1795635912408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:12.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"made":["orders_20261125204512"]}]',NULL);
INSERT INTO "steps" VALUES(11,'orders',1795635912408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:12.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"outcome":{"command":{"action":"create","parent":"orders","clone":"orders_20261125204512","epoch":1,"at":"2026-11-25T19:45:12.408994Z"}}}]',NULL);
INSERT INTO "steps" VALUES(12,'orders',1795635912408994,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:12.408994Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"outcome":{"command":{"action":"start","parent":"orders","clone":"orders_20261125204512","epoch":1,"at":"2026-11-25T19:45:12.408994Z"}}}]',NULL);
INSERT INTO "steps" VALUES(13,'orders',1795635918043478,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:18.043478Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"sightings":[],"takeover":true}]','{"parent":"orders","phase":"active","clones":[{"name":"orders_20261125204509","since":"2026-11-25T19:45:09.408994+00:00","stage":"running","announced":true,"launched":true,"lost":false,"attempts":0,"retry_at":null,"gate_until":null},{"name":"orders_20261125204510","since":"2026-11-25T19:45:10.408994+00:00","stage":"running","announced":true,"launched":true,"lost":false,"attempts":0,"retry_at":null,"gate_until":null},{"name":"orders_20261125204511","since":"2026-11-25T19:45:11.408994+00:00","stage":"running","announced":true,"launched":true,"lost":false,"attempts":0,"retry_at":null,"gate_until":null},{"name":"orders_20261125204512","since":"2026-11-25T19:45:12.408994+00:00","stage":"running","announced":true,"launched":true,"lost":false,"attempts":0,"retry_at":null,"gate_until":null}],"paced":{"direction":"up","at":"2026-11-25T19:45:12.408994+00:00"},"last_clone_at":"2026-11-25T19:45:12.408994+00:00","ramp_up_completed":true,"sequence":10,"parent_status":"running","hold":null,"opening":null}');
INSERT INTO "steps" VALUES(14,'orders',1795635918043478,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:18.043478Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"create","parent":"orders","clone":"orders_20261125204509","epoch":2,"at":"2026-11-25T19:45:18.043478Z"}}},{"now":"2026-11-25T19:45:18.043478Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"create","parent":"orders","clone":"orders_20261125204510","epoch":2,"at":"2026-11-25T19:45:18.043478Z"}}},{"now":"2026-11-25T19:45:18.043478Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"create","parent":"orders","clone":"orders_20261125204511","epoch":2,"at":"2026-11-25T19:45:18.043478Z"}}},{"now":"2026-11-25T19:45:18.043478Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"create","parent":"orders","clone":"orders_20261125204512","epoch":2,"at":"2026-11-25T19:45:18.043478Z"}}}]',NULL);
INSERT INTO "steps" VALUES(15,'orders',1795635918043478,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:18.043478Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"start","parent":"orders","clone":"orders_20261125204509","epoch":2,"at":"2026-11-25T19:45:18.043478Z"}}},{"now":"2026-11-25T19:45:18.043478Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"start","parent":"orders","clone":"orders_20261125204510","epoch":2,"at":"2026-11-25T19:45:18.043478Z"}}},{"now":"2026-11-25T19:45:18.043478Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"start","parent":"orders","clone":"orders_20261125204511","epoch":2,"at":"2026-11-25T19:45:18.043478Z"}}},{"now":"2026-11-25T19:45:18.043478Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"start","parent":"orders","clone":"orders_20261125204512","epoch":2,"at":"2026-11-25T19:45:18.043478Z"}}}]',NULL);
INSERT INTO "steps" VALUES(16,'orders',1795635921536376,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:21.536376Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"parent":"suspended","epoch":2}]',NULL);
INSERT INTO "steps" VALUES(17,'orders',1795635921536376,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:21.536376Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"parent":"suspended","epoch":2,"outcome":{"command":{"action":"suspend","parent":"orders","clone":"orders_20261125204509","epoch":2,"at":"2026-11-25T19:45:21.536376Z"}}},{"now":"2026-11-25T19:45:21.536376Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"parent":"suspended","epoch":2,"outcome":{"command":{"action":"suspend","parent":"orders","clone":"orders_20261125204510","epoch":2,"at":"2026-11-25T19:45:21.536376Z"}}},{"now":"2026-11-25T19:45:21.536376Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"parent":"suspended","epoch":2,"outcome":{"command":{"action":"suspend","parent":"orders","clone":"orders_20261125204511","epoch":2,"at":"2026-11-25T19:45:21.536376Z"}}},{"now":"2026-11-25T19:45:21.536376Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"parent":"suspended","epoch":2,"outcome":{"command":{"action":"suspend","parent":"orders","clone":"orders_20261125204512","epoch":2,"at":"2026-11-25T19:45:21.536376Z"}}}]',NULL);
INSERT INTO "steps" VALUES(18,'orders',1795635922578185,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:22.578185Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2}]',NULL);
INSERT INTO "steps" VALUES(19,'orders',1795635922578185,1,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:22.578185Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"resume","parent":"orders","clone":"orders_20261125204509","epoch":2,"at":"2026-11-25T19:45:22.578185Z"}}},{"now":"2026-11-25T19:45:22.578185Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"resume","parent":"orders","clone":"orders_20261125204510","epoch":2,"at":"2026-11-25T19:45:22.578185Z"}}},{"now":"2026-11-25T19:45:22.578185Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"resume","parent":"orders","clone":"orders_20261125204511","epoch":2,"at":"2026-11-25T19:45:22.578185Z"}}},{"now":"2026-11-25T19:45:22.578185Z","demand":{"target":4,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"resume","parent":"orders","clone":"orders_20261125204512","epoch":2,"at":"2026-11-25T19:45:22.578185Z"}}}]',NULL);
INSERT INTO "steps" VALUES(20,'orders',1795635924634156,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:24.634156Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2}]',NULL);
INSERT INTO "steps" VALUES(21,'orders',1795635924634156,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:24.634156Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"stop","parent":"orders","clone":"orders_20261125204509","epoch":2,"at":"2026-11-25T19:45:24.634156Z"}}}]',NULL);
INSERT INTO "steps" VALUES(22,'orders',1795635924634156,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:24.634156Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"delete","parent":"orders","clone":"orders_20261125204509","epoch":2,"at":"2026-11-25T19:45:24.634156Z"}}}]',NULL);
INSERT INTO "steps" VALUES(23,'orders',1795635925634156,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:25.634156Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2}]',NULL);
INSERT INTO "steps" VALUES(24,'orders',1795635925634156,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:25.634156Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"stop","parent":"orders","clone":"orders_20261125204510","epoch":2,"at":"2026-11-25T19:45:25.634156Z"}}}]',NULL);
INSERT INTO "steps" VALUES(25,'orders',1795635925634156,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:25.634156Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"delete","parent":"orders","clone":"orders_20261125204510","epoch":2,"at":"2026-11-25T19:45:25.634156Z"}}}]',NULL);
INSERT INTO "steps" VALUES(26,'orders',1795635928662347,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:28.662347Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"order":{"kind":"override","until":"2026-11-25T19:45:31.662242Z","count":3,"since":"2026-11-25T19:45:28.662242Z","reason":"sale"},"made":["orders_20261125204528"]}]',NULL);
INSERT INTO "steps" VALUES(27,'orders',1795635928662347,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:28.662347Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"create","parent":"orders","clone":"orders_20261125204528","epoch":2,"at":"2026-11-25T19:45:28.662347Z"}}}]',NULL);
INSERT INTO "steps" VALUES(28,'orders',1795635928662347,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:28.662347Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"start","parent":"orders","clone":"orders_20261125204528","epoch":2,"at":"2026-11-25T19:45:28.662347Z"}}}]',NULL);
INSERT INTO "steps" VALUES(29,'orders',1795635931662242,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:31.662242Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2}]',NULL);
INSERT INTO "steps" VALUES(30,'orders',1795635931662242,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:31.662242Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"stop","parent":"orders","clone":"orders_20261125204511","epoch":2,"at":"2026-11-25T19:45:31.662242Z"}}}]',NULL);
INSERT INTO "steps" VALUES(31,'orders',1795635931662242,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:31.662242Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"epoch":2,"outcome":{"command":{"action":"delete","parent":"orders","clone":"orders_20261125204511","epoch":2,"at":"2026-11-25T19:45:31.662242Z"}}}]',NULL);
INSERT INTO "steps" VALUES(32,'orders',1795635934693235,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:34.693235Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"parent":"stopped","epoch":2}]',NULL);
INSERT INTO "steps" VALUES(33,'orders',1795635934693235,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:34.693235Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"parent":"stopped","epoch":2,"outcome":{"command":{"action":"stop","parent":"orders","clone":"orders_20261125204512","epoch":2,"at":"2026-11-25T19:45:34.693235Z"}}},{"now":"2026-11-25T19:45:34.693235Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"parent":"stopped","epoch":2,"outcome":{"command":{"action":"stop","parent":"orders","clone":"orders_20261125204528","epoch":2,"at":"2026-11-25T19:45:34.693235Z"}}}]',NULL);
INSERT INTO "steps" VALUES(34,'orders',1795635934693235,2,'{"zone":"Europe/Berlin","ramp_interval":"PT1M"}','[{"now":"2026-11-25T19:45:34.693235Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"parent":"stopped","epoch":2,"outcome":{"command":{"action":"delete","parent":"orders","clone":"orders_20261125204512","epoch":2,"at":"2026-11-25T19:45:34.693235Z"}}},{"now":"2026-11-25T19:45:34.693235Z","demand":{"target":2,"since":"2026-11-24T23:00:00Z","until":"2026-11-25T22:59:00Z"},"parent":"stopped","epoch":2,"outcome":{"command":{"action":"delete","parent":"orders","clone":"orders_20261125204528","epoch":2,"at":"2026-11-25T19:45:34.693235Z"}}}]',NULL);
CREATE VIEW clones AS
        SELECT json_extract(clone.value, '$.name') AS name, ramps.parent AS parent,
               json_extract(clone.value, '$.since') AS since, json_extract(clone.value, '$.stage') AS stage,
               json_extract(clone.value, '$.announced') AS announced,
               json_extract(clone.value, '$.launched') AS launched,
               json_extract(clone.value, '$.lost') AS lost,
               json_extract(clone.value, '$.attempts') AS attempts,
               json_extract(clone.value, '$.retry_at') AS retry_at, ramps.epoch AS epoch
        FROM ramps, json_each(ramps.state, '$.clones') AS clone;
CREATE INDEX ix_dags_version ON dags (version);
CREATE INDEX ix_ramps_version ON ramps (version);
CREATE INDEX ix_events_unsent ON events (position) WHERE published_at IS NULL;
CREATE INDEX ix_events_at ON events (at);
CREATE INDEX ix_steps_parent_position ON steps (parent, position);
CREATE INDEX ix_steps_stated ON steps (parent, position) WHERE state IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',47);
INSERT INTO "sqlite_sequence" VALUES('steps',34);
COMMIT;
